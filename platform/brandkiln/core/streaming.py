"""Request bodies that a view reads piece by piece while they arrive.

Django's ASGI handler copies a whole body to a temporary file before any view is asked. For the requests chosen here it
is told at once that the body is over, so sign-in, workspace and offset are checked before a byte is read; the view
then takes the body from ``body_pieces``. At most two pieces of a body are in memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

from django.http import HttpRequest
from django.http.request import UnreadablePostError

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PIECE = 2**20
SILENCE_SECONDS = 60.0
"""After how long without a byte a connection counts as broken, so that it does not hold its file for ever."""
KEY = "brandkiln.body"


class CutOff(Exception):
    """The connection ended or fell silent before the body was whole."""


def streams_bodies(app: App, is_streamed: Callable[[Scope], bool]) -> App:
    """Return the application with the bodies of the chosen requests left to their views."""

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_streamed(scope):
            await app(scope, receive, send)
            return
        body = _Body(receive)
        try:
            await app({**scope, KEY: body}, _no_body(), send)
        finally:
            body.close()

    return streaming


def body_pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body of a request as it arrives.

    Raises:
        CutOff: If the connection ends before the body does; what was yielded did arrive.
    """
    scope: Scope = getattr(request, "scope", {})
    body: _Body | None = scope.get(KEY)
    try:
        while piece := body.read() if body else request.read(PIECE):
            yield piece
    except (UnreadablePostError, ConnectionError) as error:
        raise CutOff from error


class _Body:
    """The body of one request: fetched on the event loop, one piece ahead of the thread that takes it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._is_over = self._is_cut = False
        self._next: Future[bytes] | None = None

    def read(self) -> bytes:
        """Return the next piece, b"" at the end; called in the thread of the view."""
        try:
            piece = self._fetched().result(timeout=SILENCE_SECONDS)
        except (CancelledError, TimeoutError) as error:
            raise CutOff from error
        finally:
            self._next = None
        if piece:
            self._next = self._fetched()
        return piece

    def close(self) -> None:
        if self._next:
            self._next.cancel()

    def _fetched(self) -> "Future[bytes]":
        return self._next or asyncio.run_coroutine_threadsafe(self._fetch(), self._loop)

    async def _fetch(self) -> bytes:
        if self._is_cut:
            raise CutOff
        held = bytearray()
        while not self._is_over and len(held) < PIECE:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                if not held:
                    raise CutOff
                self._is_cut = True  # what did arrive is handed on first
                break
            held += message.get("body", b"")
            self._is_over = not message.get("more_body", False)
        return bytes(held)


def _no_body() -> Receive:
    """Return what Django's handler hears: an empty body at once, and nothing more while the view works."""
    told = False

    async def receive() -> dict[str, Any]:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()  # cancelled when the answer is sent
        raise AssertionError

    return receive
