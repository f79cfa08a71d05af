"""A bulk as server-sent events: where it stands, and the rows that changed.

All streams of one bulk in a web process share one look a second. A look has no memory: it brings whatever changed
within some seconds, so that a transaction that commits late is not missed, and a client that reads twice is not harmed.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import changed_rows
from brandkiln.bulk.shown import row_as_json, standing
from brandkiln.bulk.titles import title_column
from brandkiln.core.pushing import EventStream
from brandkiln.jobs.feed import the_feed
from brandkiln.jobs.subscribers import Guest
from brandkiln.workspaces.viewers import Viewer, viewer_of

LOOK_SECONDS = 1.0
IDLE_LOOK_SECONDS = 5.0
"""Between two looks while nothing changes."""
BACK_SECONDS = 12.0
MOST_ROWS = 200
PING_SECONDS = 15.0
STREAM_SECONDS = 300.0
"""After so long a stream ends and its client comes back, which checks anew whether it may still see the bulk."""

_thread = ThreadPoolExecutor(1, thread_name_prefix="bulk-stream")
_streams: set[object] = set()
_looks: dict[UUID, tuple[float, "asyncio.Task[dict[str, Any]]"]] = {}


def stream_response(request: HttpRequest, bulk: Bulk) -> HttpResponseBase:
    """Return the stream of a bulk that the caller may see. It ends with the bulk, or after some minutes.

    A client that comes back after the end is told with status 204 not to come again.
    """
    if is_over(bulk.state, Row.objects.filter(bulk=bulk, state=Row.State.WORKING).exists()):
        return HttpResponse(status=204)
    return EventStream(news(bulk.pk, viewer_of(request)))


async def news(bulk_id: UUID, viewer: Viewer | None = None) -> AsyncIterator[bytes]:
    """Yield where the bulk stands and which rows changed, whenever that is something new to a viewer who may see it."""
    _streams.add(stream := object())
    try:
        async with the_feed().watch(Guest(viewer=viewer)) as guest:
            async for piece in _news(bulk_id, guest):
                yield piece
    finally:
        _streams.discard(stream)
        if not _streams:
            _thread.submit(connections.close_all)


async def _news(bulk_id: UUID, guest: Guest) -> AsyncIterator[bytes]:
    yield b"retry: 3000\n\n"
    deadline, told, last = time.monotonic() + STREAM_SECONDS, "", time.monotonic()
    while not guest.is_out and time.monotonic() < deadline:
        found = await _look(bulk_id)
        if not found:
            return
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        is_new = text != told
        if is_new:
            told, last = text, time.monotonic()
            yield f"event: standing\ndata: {text}\n\n".encode()
        elif time.monotonic() - last > PING_SECONDS:
            last = time.monotonic()
            yield b": ping\n\n"
        if is_over(found["state"], found["counts"]["working"]):
            yield b"event: end\ndata: {}\n\n"
            return
        await asyncio.sleep(LOOK_SECONDS if is_new else _patience(found))


def is_over(state: str, working: int) -> bool:
    """Return whether nothing more comes of a bulk by itself."""
    return state in (Bulk.State.FINISHED, Bulk.State.CANCELLED) and not working


def _patience(found: dict[str, Any]) -> float:
    return LOOK_SECONDS if found["counts"]["working"] else IDLE_LOOK_SECONDS


async def _look(bulk_id: UUID) -> dict[str, Any]:
    """Return the newest look at a bulk; those who ask within a second share one."""
    now, (at, task) = time.monotonic(), _looks.get(bulk_id, (0.0, None))
    loop = asyncio.get_running_loop()
    if task is None or now - at > LOOK_SECONDS / 2 or task.get_loop() is not loop:
        for key in [key for key, (then, _task) in _looks.items() if now - then > PING_SECONDS]:
            del _looks[key]
        task = asyncio.ensure_future(_asked(bulk_id))
        _looks[bulk_id] = (now, task)
    return await asyncio.shield(task)


async def _asked(bulk_id: UUID) -> dict[str, Any]:
    return await asyncio.get_running_loop().run_in_executor(_thread, _fresh, bulk_id)


def _fresh(bulk_id: UUID) -> dict[str, Any]:
    close_old_connections()
    return look(bulk_id)


def look(bulk_id: UUID) -> dict[str, Any]:
    """Return where a bulk stands with the rows that changed lately; nothing where it is gone."""
    bulk = Bulk.objects.filter(pk=bulk_id).first()
    if bulk is None:
        return {}
    column = title_column(bulk.columns)
    rows = changed_rows(bulk, within_seconds=BACK_SECONDS, most=MOST_ROWS)
    return standing(bulk) | {"rows": [row_as_json(row, column) for row in rows]}
