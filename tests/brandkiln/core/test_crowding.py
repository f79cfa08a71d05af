"""How many pages are worked on at once: no more than is said, and a stream that is open counts for none."""

import asyncio
from typing import Any

from brandkiln.core.crowding import bounded, reads


def test_requests_wait_their_turn_and_open_streams_hold_no_place() -> None:
    at_once, most, answered = 0, 0, 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal at_once, most, answered
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        await send({"type": "http.response.start"})
        answered += 1
        await ended.wait()  # a stream

    async def send(message: Any) -> None:
        pass

    async def open_all() -> None:
        page = {"type": "http", "method": "GET", "path": "/w/acme/"}
        tasks = [asyncio.create_task(guarded(page, None, send)) for _ in range(20)]  # type: ignore[arg-type]
        while answered < 20:
            await asyncio.sleep(0)
        ended.set()
        await asyncio.gather(*tasks)

    ended = asyncio.Event()
    guarded = bounded(app, 3, reads)
    asyncio.run(open_all())
    assert (most, answered) == (3, 20)


def test_what_brings_a_body_or_waits_for_a_job_does_not_count() -> None:
    assert reads({"method": "GET", "path": "/api/v1/jobs"})
    assert not reads({"method": "POST", "path": "/w/acme/"})
    assert not reads({"method": "GET", "path": "/v1/models"})
