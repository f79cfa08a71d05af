"""A body reaches its view while it arrives: in order, at most two pieces ahead, and a cut is told from an end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from brandkiln.core import streaming
from brandkiln.core.streaming import PIECE, CutOff, body_pieces, streams_bodies
from django.test import RequestFactory

Message = dict[str, Any]


def part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def run(
    messages: list[Message], view: Callable[[Any], Any], *, then_wait: bool = False
) -> tuple[Any, list[Message]]:
    """Run the view in a thread, as Django does, on a body that comes as these messages; return what it gave."""
    asked: list[Message] = []
    given: list[Any] = []

    async def receive() -> Message:
        if not messages:
            if then_wait:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        asked.append(messages[0])
        return messages.pop(0)

    async def app(scope: Any, heard: Callable[[], Awaitable[Message]], send: Any) -> None:
        assert await heard() == part(b"", more=False)
        request = RequestFactory().patch("/")
        request.scope = scope  # type: ignore[attr-defined]
        given.append(await asyncio.to_thread(view, request))

    async def serve() -> None:
        await streams_bodies(app, lambda scope: True)({"type": "http"}, receive, None)  # type: ignore[arg-type]

    asyncio.run(serve())
    return given[0], asked


def test_a_body_comes_in_pieces_and_ends() -> None:
    messages = [part(b"a" * 100), part(b"b" * PIECE), part(b"c", more=False)]
    found, _ = run(messages, lambda request: b"".join(body_pieces(request)))
    assert found == b"a" * 100 + b"b" * PIECE + b"c"


def test_nothing_is_read_of_a_body_that_its_view_refuses() -> None:
    _, asked = run([part(b"a"), part(b"b", more=False)], lambda request: "refused")
    assert asked == []


def test_only_one_piece_is_fetched_ahead() -> None:
    messages = [part(b"x" * PIECE) for _ in range(20)]

    def take_one(request: Any) -> bytes:
        return next(iter(body_pieces(request)))

    found, asked = run(messages, take_one)
    assert len(found) == PIECE
    assert len(asked) <= 2


def test_what_came_before_a_cut_is_handed_on_and_then_the_cut_is_said() -> None:
    def gather(request: Any) -> tuple[bytes, bool]:
        held = b""
        try:
            for piece in body_pieces(request):
                held += piece
        except CutOff:
            return held, True
        return held, False

    assert run([part(b"half")], gather)[0] == (b"half", True)
    assert run([part(b"whole", more=False)], gather)[0] == (b"whole", False)


def test_a_connection_that_falls_silent_counts_as_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "SILENCE_SECONDS", 0.05)

    def gather(request: Any) -> str:
        with pytest.raises(CutOff):
            list(body_pieces(request))
        return "cut"

    assert run([part(b"")], gather, then_wait=True)[0] == "cut"


def test_other_requests_pass_untouched() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["seen"].append(await receive())

    async def receive() -> Message:
        return part(b"body", more=False)

    seen: list[Message] = []
    asyncio.run(streams_bodies(app, lambda scope: False)({"type": "http", "seen": seen}, receive, None))  # type: ignore[arg-type]
    assert seen == [part(b"body", more=False)]


def test_a_plain_request_is_read_where_there_is_no_stream() -> None:
    assert b"".join(body_pieces(RequestFactory().patch("/", b"abc"))) == b"abc"
