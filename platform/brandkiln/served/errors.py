"""Errors of /v1 in the shape that clients of OpenAI's API read."""

from typing import Any

from django.http import HttpResponse, JsonResponse

from brandkiln.core.errors import StudioError
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
CODES = {
    "bad_request": "invalid_body",
    "too_large": "request_too_large",
    "context_length": "context_length_exceeded",
    "memory": "out_of_memory",
}
"""What programs know under another name than the studio has for it."""
AT_FAULT = frozenset({"refused", "bad_params", "context_length", "bad_data", "unprocessable"})
"""Codes of failed jobs at which the request is at fault, so that sending it again changes nothing."""
RETRY_SECONDS = 1


class Refusal(Exception):
    """A request that is not answered; the text says what happened, what would be right and what to do next."""

    def __init__(self, status: int, message: str, *, code: str = "", param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param

    def body(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return {
            "error": {
                "message": self.message,
                "type": TYPES.get(self.status, "server_error"),
                "param": self.param,
                "code": self.code or None,
            }
        }

    def response(self) -> HttpResponse:
        """Return the answer."""
        response = JsonResponse(self.body(), status=self.status)
        if self.status == 401:
            response["WWW-Authenticate"] = "Bearer"
        if self.status == 429:
            response["Retry-After"] = str(RETRY_SECONDS)
        return response


def refusal_of(error: StudioError) -> Refusal:
    """Return an error of the studio as /v1 says it; what does not fit is 400, as clients expect it."""
    status = 400 if error.status == 422 else error.status
    details = [text for text in error.fields.values() if text not in error.message]
    param = next(iter(error.fields), "").removeprefix("params.").split(".")[0]
    message = " ".join([error.message, *details])
    return Refusal(status, message, code=CODES.get(error.code, error.code), param=param or None)


def failure_of(job: Job) -> Refusal:
    """Return why a job that ended brought no answer."""
    if job.state == State.CANCELLED:
        return Refusal(
            503,
            "The request was cancelled in the studio before it was answered. Send it again.",
            code="cancelled",
        )
    status = 400 if job.error_code in AT_FAULT else 500
    return Refusal(status, job.error_message, code=CODES.get(job.error_code, job.error_code))
