"""/v1: the addresses of OpenAI's API, answered by the workspace's own models.

The views are coroutines: a request that waits for its job holds neither a thread nor a database connection.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from brandkiln.core.errors import StudioError
from brandkiln.jobs.models import Job
from brandkiln.served import shapes
from brandkiln.served.bodies import ChatBody, CompletionBody, EmbeddingBody, TextBody, read_body
from brandkiln.served.catalogue import DIMENSIONS, ServedModel, find_model, find_project, served_models
from brandkiln.served.errors import Refusal, refusal_of
from brandkiln.served.following import Followed, Piece, close_connection, first_of, submit
from brandkiln.served.shapes import TextShape, event
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.services import find_token

View = Callable[..., Awaitable[HttpResponseBase]]


def served(method: str, scope: str) -> Callable[[View], Callable[..., Awaitable[HttpResponseBase]]]:
    """Decorate a view: it is called with the request and its token, and what it refuses is said in OpenAI's shape."""

    def decorate(view: View) -> Callable[..., Awaitable[HttpResponseBase]]:
        @csrf_exempt
        @wraps(view)
        async def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                token = await sync_to_async(_token)(request, scope)
                if request.method != method:
                    raise Refusal(405, f"{request.method} is not offered here. Send {method}.")
                return await view(request, token, *args, **kwargs)
            except Refusal as refusal:
                return refusal.response()
            except StudioError as error:
                return refusal_of(error).response()

        return answered

    return decorate


@served("GET", "read")
async def models(request: HttpRequest, token: ApiToken) -> HttpResponseBase:
    """List the models of the token's workspace."""
    found = await sync_to_async(served_models)(token.workspace)
    return JsonResponse({"object": "list", "data": [model.body() for model in found]})


@served("GET", "read")
async def model(request: HttpRequest, token: ApiToken, name: str) -> HttpResponseBase:
    """Describe one model."""
    found = await sync_to_async(served_models)(token.workspace)
    for one in found:
        if one.id == name:
            return JsonResponse(one.body())
    known = ", ".join(one.id for one in found)
    raise Refusal(404, f"There is no model {name!r}. Known are: {known}.", code="model_not_found")


@served("POST", "jobs")
async def chat(request: HttpRequest, token: ApiToken) -> HttpResponseBase:
    """Answer a conversation."""
    body = read_body(request, ChatBody)
    return await _text(request, token, body, body.params(), shapes.CHAT)


@served("POST", "jobs")
async def completions(request: HttpRequest, token: ApiToken) -> HttpResponseBase:
    """Continue a text."""
    body = read_body(request, CompletionBody)
    return await _text(request, token, body, body.params(), shapes.COMPLETION)


@served("POST", "jobs")
async def embeddings(request: HttpRequest, token: ApiToken) -> HttpResponseBase:
    """Embed texts."""
    body = read_body(request, EmbeddingBody)

    def begin() -> tuple[Job, ServedModel]:
        found = find_model(token.workspace, body.model, embeds=True)
        params = {"texts": body.texts(dimensions=DIMENSIONS)}
        return _submit(request, token, found, Job.Kind.EMBED, params), found

    job, found = await sync_to_async(begin)()
    done = await Followed(job).until_end()
    as_base64 = body.encoding_format == "base64"
    return JsonResponse(shapes.embeddings(done, found.id, as_base64=as_base64))


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Refuse an address of OpenAI's API that is not offered, in the shape that its clients read."""
    said = (
        f"There is no /v1/{rest[:100]} here. Offered are /v1/chat/completions, /v1/completions, /v1/embeddings and "
        "/v1/models, without a slash at the end."
    )
    return Refusal(404, said, code="unknown_url").response()


async def _text(
    request: HttpRequest, token: ApiToken, body: TextBody, params: dict[str, Any], shape: TextShape
) -> HttpResponseBase:
    def begin() -> tuple[Job, ServedModel]:
        found = find_model(token.workspace, body.model)
        return _submit(request, token, found, Job.Kind.CHAT, params), found

    job, found = await sync_to_async(begin)()
    followed = Followed(job)
    if not body.stream:
        return JsonResponse(shape.whole(await followed.until_end(), found.id))
    pieces = followed.pieces()
    first = await first_of(pieces)
    stream = _stream(followed, pieces, first, found.id, shape, with_usage=body.with_usage)
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(
    followed: Followed,
    pieces: AsyncGenerator[Piece | None, None],
    first: Piece | None,
    model: str,
    shape: TextShape,
    *,
    with_usage: bool,
) -> AsyncGenerator[bytes, None]:
    """Yield the answers as they are written; an error after the beginning is the last event."""
    job, begun = followed.job, set[int]()

    def said(piece: Piece) -> bytes:
        number, text = piece
        start = b""
        if shape.is_chat and number not in begun:
            start = event(shape.begin(job, model, number))
        begun.add(number)
        return start + event(shape.piece(job, model, number, text))

    try:
        if first:
            yield said(first)
        async for piece in pieces:
            yield said(piece) if piece else b": ping\n\n"
        for number in range(len(job.result["answers"])):
            if shape.is_chat and number not in begun:
                yield event(shape.begin(job, model, number))
            yield event(shape.end(job, model, number))
        if with_usage:
            yield event(shape.used(job, model))
        yield event("[DONE]")
    except Refusal as refusal:
        yield event(refusal.body())
    finally:
        await pieces.aclose()


def _submit(
    request: HttpRequest, token: ApiToken, found: ServedModel, kind: Job.Kind, params: dict[str, Any]
) -> Job:
    project = find_project(token.workspace, found, request.headers.get("OpenAI-Project", ""))
    key = request.headers.get("Idempotency-Key", "")[:100] or None
    job = submit(token=token, project=project, model=found, kind=kind, params=params, idempotency_key=key)
    close_connection()
    return job


def _token(request: HttpRequest, scope: str) -> ApiToken:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    token = find_token(text.strip()) if kind.lower() == "bearer" else None
    if token is None:
        said = "This needs a token: send the header Authorization: Bearer bk_... with a live one."
        raise Refusal(401, said, code="invalid_api_key")
    if scope not in token.scopes:
        held = ", ".join(token.scopes) or "none"
        said = (
            f"This needs a token with the scope {scope}; this one has {held}. An admin can issue another one."
        )
        raise Refusal(403, said, code="missing_scope")
    return token
