"""Event streams, and how something is written to many of them without waking each.

A stream that is woken takes turns of a task, a timer, three generators and Django's handler to send some bytes. So one
that only waits lends out its wire; whoever has something to say writes to one wire after another.
"""

import types
from collections.abc import AsyncIterator, Awaitable, Coroutine, Generator
from typing import Any

from django.db import connection
from django.http import StreamingHttpResponse

from brandkiln.core.streaming import Send


class Wire:
    """The way to one client. It is free while its stream sends nothing itself and the client takes what it gets."""

    def __init__(self) -> None:
        self._send: Send | None = None
        self._rest: Awaitable[None] | None = None
        self._error: Exception | None = None

    def connect(self, send: Send) -> None:
        """Let what is written go to a client; until then the wire is not free."""
        self._send = send

    @property
    def is_free(self) -> bool:
        """Whether it takes something now."""
        return self._send is not None and self._rest is None and self._error is None

    def write(self, body: bytes) -> None:
        """Send a piece without waiting. Where the client can't take it yet, `settle` sends the rest."""
        assert self._send is not None
        sending: Any = self._send({"type": "http.response.body", "body": body, "more_body": True})
        try:
            self._rest = _resumed(sending, sending.send(None))
        except StopIteration:
            pass  # it was sent
        except Exception as error:  # noqa: BLE001  that of one client, whose stream hears of it
            self._error = error

    async def settle(self) -> None:
        """Return once what was written is sent; raises what sending it raised."""
        if self._error is not None:
            raise self._error
        if self._rest is not None:
            await self._rest
            self._rest = None


@types.coroutine
def _resumed(begun: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine whose first step was done by hand."""
    yield waits_for
    yield from begun


class EventStream(StreamingHttpResponse):
    """Server-sent events. The application connects the wire, if there is one, before the first of them."""

    def __init__(self, events: AsyncIterator[bytes], wire: Wire | None = None) -> None:
        if not connection.in_atomic_block:
            connection.close()  # or it would be held for as long as the stream is open
        super().__init__(events, content_type="text/event-stream")
        self["Cache-Control"] = "no-store"
        self["X-Accel-Buffering"] = "no"
        self.wire = wire
