"""How much a stranger may send: a large body is taken only from somebody that the studio knows.

Django's ASGI handler copies a whole body to a temporary file before any view is asked, so that whoever reaches the
studio could fill its disk without signing in.
"""

import json
from collections.abc import Awaitable, Callable

from brandkiln.core.streaming import App, Receive, Scope, Send

FREE = 4 * 2**20
"""Bytes that anybody may send; forms and JSON have less."""
REFUSAL = {
    "code": "too_large",
    "message": f"More than {FREE // 2**20} MiB are taken only from people who are signed in and from live tokens. "
    "Sign in again, then send it again.",
    "fields": {},
}


def limited(app: App, knows: Callable[[Scope], Awaitable[bool]]) -> App:
    """Return the application, which refuses a large body of a request that nobody known has sent.

    Args:
        knows: Whether the studio knows who sends a request; asked once the body is large.
    """

    async def limiting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        taken, is_known, is_refused, is_answered = 0, False, False, False

        async def counting() -> dict[str, object]:
            nonlocal taken, is_known, is_refused
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > FREE and not is_known and not is_refused:
                is_known = await knows(scope)
                is_refused = not is_known
            return {"type": "http.disconnect"} if is_refused else message

        async def sending(message: dict[str, object]) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        await app(scope, counting, sending)
        if is_refused and not is_answered:
            await _refuse(send)

    return limiting


async def _refuse(send: Send) -> None:
    body = json.dumps(REFUSAL).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
