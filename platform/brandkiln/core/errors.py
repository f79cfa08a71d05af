"""Errors that a person is told: one base, one body, one handler."""

from collections.abc import Mapping


class StudioError(Exception):
    """Something was asked for that can't be done.

    The message says what happened, what would be right and what to do next. ``fields`` names the inputs at fault.
    """

    code = "refused"
    status = 400

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})

    def body(self) -> dict[str, object]:
        """Return the error as the API answers it."""
        return {"code": self.code, "message": self.message, "fields": self.fields}


class NotFound(StudioError):
    """There is no such thing for this person; whether it exists elsewhere is not said."""

    code, status = "not_found", 404


class NotAllowed(StudioError):
    """The person is a member, and their role does not reach this far."""

    code, status = "not_allowed", 403


class Conflict(StudioError):
    """The thing has moved on, so the request no longer fits it."""

    code, status = "conflict", 409


class Unprocessable(StudioError):
    """The request was understood, and its values don't fit."""

    code, status = "unprocessable", 422


class TooLarge(StudioError):
    """What was sent is larger than is taken."""

    code, status = "too_large", 413
