"""Jobs as server-sent events: replay after Last-Event-ID, then live, with a ping for the proxies in between."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from brandkiln.core.pushing import EventStream, Wire
from brandkiln.jobs.feed import the_feed
from brandkiln.jobs.models import Job
from brandkiln.jobs.subscribers import FeedEvent, Subscriber
from brandkiln.notifications.reading import Reader
from brandkiln.workspaces.viewers import Viewer, viewer_of

PING_SECONDS = 15.0
STREAM_SECONDS = 300.0
"""After so long a stream ends and its client comes back, which checks anew whether it may still see the job."""
LARGEST_ID = 2**63 - 1


def stream_response(request: HttpRequest, job: Job) -> HttpResponseBase:
    """Return the stream of a job that the caller may see. It ends with the job.

    A client that comes back after the end is told with status 204 not to come again.
    """
    after = last_event_id(request)
    if job.is_final and not job.events.filter(id__gt=after).exists():
        return HttpResponse(status=204)
    wire, viewer = Wire(), viewer_of(request)
    events = event_stream([job.pk], after, until_end=True, slug=job.workspace.slug, wire=wire, viewer=viewer)
    return EventStream(events, wire)


def last_event_id(request: HttpRequest) -> int:
    """Return the last event that the client has seen, from its header or ``?after=``; 0 for none."""
    text = request.headers.get("Last-Event-ID") or request.GET.get("after") or ""
    return min(int(text), LARGEST_ID) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


async def event_stream(
    job_ids: Collection[UUID],
    after_id: int = 0,
    *,
    until_end: bool = False,
    slug: str = "",
    wire: Wire | None = None,
    viewer: Viewer | None = None,
) -> AsyncGenerator[bytes, None]:
    """Yield the events of the jobs after an id as the browser's EventSource reads them; see ``follow``.

    Args:
        until_end: Stop after the first end of a job.
        slug: The jobs' workspace, for the addresses of previews.
        wire: Where events go by themselves while this waits for them.
        viewer: Who looks on; the stream ends once they may not.
    """
    yield b"retry: 2000\n\n"
    direct = Direct(wire, slug) if wire else None
    following = follow(job_ids, after_id, until_end=until_end, direct=direct, viewer=viewer)
    async with contextlib.aclosing(following) as events:
        async for event in events:
            yield encode(event, slug) if event else b": ping\n\n"


@dataclass
class Direct:
    """The direct way of new events to the client of a stream that waits for them."""

    wire: Wire
    slug: str = ""
    has_said: bool = False
    is_over: bool = False

    def open(self, subscriber: Subscriber, seen: dict[UUID, int], *, until_end: bool) -> None:
        """Send events at once from now on, if nothing waits to be sent before them."""
        self.has_said = False
        if not self.wire.is_free or not subscriber.waiting.empty():
            return

        def push(event: FeedEvent) -> bool:
            if not self.wire.is_free:
                return False
            if event.id > seen[event.job_id]:
                seen[event.job_id], self.has_said = event.id, True
                self.wire.write(encode(event, self.slug))
                self.is_over = self.is_over or (until_end and event.type == "end")
                if self.is_over or not self.wire.is_free:
                    subscriber.push = None
                    subscriber.waiting.put_nowait(None)
            return True

        subscriber.push = push

    async def close(self, subscriber: Subscriber) -> None:
        """Send nothing more this way, and return once all that was written is sent."""
        subscriber.push = None
        await self.wire.settle()


async def follow(
    job_ids: Collection[UUID],
    after_id: int = 0,
    *,
    until_end: bool = False,
    seconds: float | None = None,
    direct: Direct | None = None,
    viewer: Viewer | None = None,
) -> AsyncGenerator[FeedEvent | None, None]:
    """Yield the events of the jobs after an id: those that are kept first, then new ones as they come.

    None stands for a pause of PING_SECONDS in which nothing happened.

    Args:
        until_end: Stop after the first end of a job.
        seconds: When the stream ends at the latest; None for STREAM_SECONDS.
        direct: Which way new ones go instead, where they can.
        viewer: Who looks on; the stream ends once they may not.
    """
    feed, direct = the_feed(), direct or Direct(Wire())
    deadline = time.monotonic() + (STREAM_SECONDS if seconds is None else seconds)
    seen, is_behind = dict.fromkeys(job_ids, after_id), True
    events: Sequence[FeedEvent | None]
    async with feed.subscribe(job_ids, viewer) as subscriber:
        while not (subscriber.is_out or direct.is_over) and (left := deadline - time.monotonic()) > 0:
            if subscriber.lags:
                after_id, is_behind = _drop_backlog(subscriber, seen), True
            if is_behind:
                kept = events = await feed.events_after(job_ids, after_id)
                is_behind, after_id = bool(kept), kept[-1].id if kept else after_id
            else:
                direct.open(subscriber, seen, until_end=until_end)
                event = await _next(subscriber, min(PING_SECONDS, left))
                await direct.close(subscriber)
                events = [event] if event or not direct.has_said else []
            for event in events:
                if event is None:
                    yield None
                elif event.id > seen[event.job_id]:  # else it was sent already
                    seen[event.job_id] = event.id
                    yield event
                    if until_end and event.type == "end":
                        return


async def _next(subscriber: Subscriber, seconds: float) -> FeedEvent | None:
    """Return what comes next, or None where nothing does for so long or the stream was woken."""
    try:
        async with asyncio.timeout(seconds):
            return await subscriber.waiting.get()
    except TimeoutError:
        return None


def bell_response(reader: Reader) -> EventStream:
    """Return the stream that tells a page of a person how much they have not read."""
    return EventStream(bell_stream(reader))


async def bell_stream(reader: Reader) -> AsyncGenerator[bytes, None]:
    """Yield the count of what is unread, at once and whenever it changes."""
    yield b"retry: 5000\n\n"
    deadline = time.monotonic() + STREAM_SECONDS
    async with the_feed().listen(reader) as bell:
        while not bell.is_out and (left := deadline - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(min(PING_SECONDS, left)):
                    count = await bell.counts.get()
            except TimeoutError:
                yield b": ping\n\n"
                continue
            if count is not None:
                yield f"event: unread\ndata: {count}\n\n".encode()


def encode(event: FeedEvent, slug: str = "") -> bytes:
    """Return the event as the browser's EventSource reads it."""
    if slug not in event.sent:
        event.sent[slug] = _encoded(event, slug)
    return event.sent[slug]


def _encoded(event: FeedEvent, slug: str) -> bytes:
    shown = {"job": str(event.job_id), **event.data}
    if slug and "artifact" in shown:
        shown["url"] = reverse("dashboard:artifact_file", args=[slug, shown["artifact"]])
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event.id}\nevent: {event.type}\ndata: {data}\n\n".encode()


def _drop_backlog(subscriber: Subscriber, seen: dict[UUID, int]) -> int:
    """Forget what waits for a client that lags behind; it is read from the database again."""
    while not subscriber.waiting.empty():
        subscriber.waiting.get_nowait()
    subscriber.lags = False
    return min(seen.values())
