"""What every API route shares: strict bodies, one error body, cursor pages, and a parser that trusts nobody."""

import base64
import binascii
import json
import math
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from pydantic import ConfigDict

from brandkiln.core.errors import NotFound, StudioError, TooLarge, Unprocessable
from brandkiln.core.problems import in_words
from brandkiln.core.text import is_storable

M = TypeVar("M", bound=Model)
MAX_DEPTH = 32
MAX_PAGE = 200


class Body(Schema):
    """A request body that refuses fields that it does not know."""

    model_config = ConfigDict(extra="forbid")


class ErrorBody(Schema):
    """Every error answers with this."""

    code: str
    """A word for programs: not_found, not_allowed, unprocessable, conflict, ..."""
    message: str
    """What happened, what would be right, what to do next."""
    fields: dict[str, str]
    """The inputs at fault, each with what would be right."""


ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), ErrorBody)


@cache
def _response_schema(answer: Any) -> type[Schema] | None:
    fields = {"__annotations__": {"response": answer}}
    return None if answer is None else type("NinjaResponseSchema", (Schema,), fields)


# ninja makes one for each operation and status, 2,000 for ours, of which most say ErrorBody: 0.6 s of each start.
Operation._create_response_model = lambda self, response_param: _response_schema(response_param)  # type: ignore[method-assign]


class BadRequest(StudioError):
    """The request itself can't be read."""

    code, status = "bad_request", 400


class StrictParser(Parser):
    """Reads JSON of bounded size and depth, without duplicate keys, NaN, NUL or lone surrogates."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            body = request.body
        except RequestDataTooBig as error:
            raise TooLarge(f"The body is larger than {settings.API_BODY_LIMIT} bytes; send less.") from error
        if len(body) > settings.API_BODY_LIMIT:
            raise TooLarge(
                f"The body has {len(body)} bytes; at most {settings.API_BODY_LIMIT} are read. "
                "Files go to the upload route."
            )
        try:
            text = body.decode("utf-8")
            _check_depth(text)
            value = json.loads(
                text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite
            )
            if not is_storable(value):
                raise ValueError("a text holds the character NUL or half of a surrogate pair")
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The body is not JSON that can be read: {error}.") from error
        if not isinstance(value, dict):
            raise BadRequest("The body has to be a JSON object.")
        return value


def _check_depth(text: str) -> None:
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
        elif character in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError(f"{text} is too large for a number")
    return number


def page(queryset: QuerySet[M], *, cursor: str | None, limit: int) -> tuple[list[M], str | None]:
    """Return one page, newest first, and the cursor of the next, or None at the end.

    A cursor names the last row of its page, so rows that are added meanwhile move nothing.
    """
    queryset = queryset.order_by("-created_at", "-id")
    if cursor:
        at, row = _read_cursor(cursor)
        queryset = queryset.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=row))
    rows = list(queryset[: limit + 1])
    if len(rows) <= limit:
        return rows, None
    last: Any = rows[limit - 1]
    text = f"{last.created_at.isoformat()}|{last.pk}"
    return rows[:limit], base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, row = text.partition("|")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            raise ValueError("no time zone")
        return when, UUID(row)
    except (ValueError, binascii.Error) as error:
        raise Unprocessable(
            "The cursor is not one that this list gave; start again without it.", fields={"cursor": "unknown"}
        ) from error


def find(queryset: QuerySet[M], pk: UUID, what: str) -> M:
    """Return the row with this id out of ``queryset``, which holds only what the caller may see."""
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no {what} {pk} in this workspace.")
    return row


def install_error_handlers(api: NinjaAPI) -> None:
    """Make every error of the API answer with the one body.

    The handlers take ``error: Any``, since django-ninja types them for the class and the instance at once.
    """

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(request, error.body(), status=error.status)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        fields = {
            ".".join(
                str(part) for part in item["loc"] if part not in ("body", "query", "path", "payload")
            ): in_words(item)
            for item in error.errors
        }
        names = ", ".join(name for name in fields if name) or "the request"
        return answer(
            request, Unprocessable(f"These do not fit: {names}. See the schema at /api/docs.", fields=fields)
        )

    def http_error(request: HttpRequest, error: Any) -> HttpResponse:
        refusal = BadRequest(str(error))
        refusal.status = error.status_code
        return answer(request, refusal)

    def unauthorised(request: HttpRequest, error: Any) -> HttpResponse:
        refusal = BadRequest(
            "This needs a token: send the header Authorization: Bearer bk_... with a live one."
        )
        refusal.code, refusal.status = "unauthorised", 401
        response = answer(request, refusal)
        response["WWW-Authenticate"] = "Bearer"
        return response

    api.add_exception_handler(StudioError, answer)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, http_error)
    api.add_exception_handler(AuthenticationError, unauthorised)
    api.add_exception_handler(
        Http404, lambda request, error: answer(request, NotFound("There is nothing here."))
    )
    for kind in (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
        api.add_exception_handler(
            kind, lambda request, error: answer(request, BadRequest(f"The form can't be read: {error}."))
        )
    api.add_exception_handler(
        RequestDataTooBig,
        lambda request, error: answer(request, TooLarge("The form's text fields are too large; send less.")),
    )
