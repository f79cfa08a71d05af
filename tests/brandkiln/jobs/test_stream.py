"""The live stream: replay, order, the end, and what the loss of the broker costs."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from brandkiln.core.pushing import Wire
from brandkiln.jobs import feed, stream
from brandkiln.jobs.claims import add_job_events, claim_next, finish_job
from brandkiln.jobs.events import add_events
from brandkiln.jobs.feed import GAP_SECONDS, Feed, FeedEvent
from brandkiln.jobs.models import Job, JobEvent
from brandkiln.jobs.stream import event_stream, last_event_id, stream_response
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import RequestFactory

from tests.factories import JobFactory

pytestmark = pytest.mark.django_db(transaction=True)


def running_job() -> Job:
    JobFactory()
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    return job


def say(job: Job, line: str) -> None:
    add_job_events(job_id=job.pk, attempt=job.attempt, events=[("log", {"line": line})])


def finish(job: Job) -> None:
    finish_job(job_id=job.pk, attempt=job.attempt, state=Job.State.SUCCEEDED)


def read(chunk: bytes) -> dict[str, Any]:
    fields = dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))
    return {"id": int(fields["id"]), "type": fields["event"], "data": json.loads(fields["data"])}


async def events_of(chunks: AsyncIterator[bytes], *, stop_after: int = 1000) -> list[dict[str, Any]]:
    found = []
    async for chunk in chunks:
        if chunk.startswith(b"id:"):
            found.append(read(chunk))
            if len(found) >= stop_after:
                break
    return found


def collect(job: Job, after: int = 0) -> list[dict[str, Any]]:
    """Return what a client gets until the end of the job."""

    async def run() -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            return await events_of(event_stream([job.pk], after, until_end=True))

    return asyncio.run(run())


def test_a_finished_job_is_replayed_from_its_first_event_to_its_end() -> None:
    job = running_job()
    say(job, "one")
    finish(job)
    events = collect(job)
    assert [event["type"] for event in events] == ["state", "log", "state", "end"]
    assert [event["id"] for event in events] == sorted(event["id"] for event in events)
    assert events[1]["data"] == {"job": str(job.pk), "line": "one"}


def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_twice() -> None:
    job = running_job()
    say(job, "one")
    say(job, "two")
    finish(job)
    everything = collect(job)
    assert collect(job, after=everything[1]["id"]) == everything[2:]


def test_events_of_other_jobs_are_never_sent() -> None:
    job, other = running_job(), running_job()
    say(other, "secret")
    finish(job)
    assert {event["data"]["job"] for event in collect(job)} == {str(job.pk)}


def live(job: Job, act: Any) -> tuple[list[dict[str, Any]], float]:
    """Return what a client gets that was there before, and how long the first event took after `act`."""

    async def run() -> tuple[list[dict[str, Any]], float]:
        async with asyncio.timeout(20):
            chunks = event_stream([job.pk], until_end=True)
            await anext(chunks)
            first = asyncio.create_task(anext(chunks))
            while not first.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            begun = time.monotonic()
            await sync_to_async(act, thread_sensitive=False)()
            events = [read(await anext(chunks))]
            took = time.monotonic() - begun
            return events + await events_of(chunks), took

    return asyncio.run(run())


class Client:
    """What a server sends to, of which a test says how it takes it."""

    def __init__(self, *, stalls: int = 0, breaks: bool = False) -> None:
        self.chunks: list[bytes] = []
        self.turns = 0
        self._stalls, self._breaks = stalls, breaks

    async def send(self, message: dict[str, Any]) -> None:
        chunk = message["body"]
        if b"live" in chunk and self._breaks:
            raise ConnectionError("gone")
        if b"live" in chunk and self._stalls:
            self._stalls -= 1
            await asyncio.sleep(0.05)
        self.chunks.append(chunk)

    async def read(self, job: Job) -> None:
        """Have a job streamed to it as the studio does."""
        wire = Wire()
        wire.connect(self.send)
        async for chunk in event_stream([job.pk], until_end=True, wire=wire):
            self.turns += 1
            await self.send({"body": chunk})

    async def hears_nothing_for(self, seconds: float) -> None:
        while not self.chunks:
            await asyncio.sleep(0.01)
        await asyncio.sleep(seconds)

    def lines(self) -> list[str]:
        events = [read(chunk) for chunk in self.chunks if chunk.startswith(b"id:")]
        assert [event["id"] for event in events] == sorted({event["id"] for event in events})
        return [event["data"].get("line", event["type"]) for event in events]


def pushed(job: Job, *clients: Client) -> list[Any]:
    """Stream a job to clients while it says 20 lines and ends."""

    def act() -> None:
        for number in range(20):
            say(job, f"live {number}")
        finish(job)
        connection.close()

    async def run() -> list[Any]:
        async with asyncio.timeout(20):
            reading = [asyncio.create_task(client.read(job)) for client in clients]
            for client in clients:
                await client.hears_nothing_for(0.3)
            await sync_to_async(act, thread_sensitive=False)()
            return await asyncio.gather(*reading, return_exceptions=True)

    return asyncio.run(run())


SAID = ["state", *(f"live {number}" for number in range(20)), "state", "end"]


def test_new_events_are_written_past_a_stream_that_waits() -> None:
    job, client = running_job(), Client()
    pushed(job, client)
    assert client.lines() == SAID
    assert client.turns == 2  # the time to come back after, and what was there before


def test_a_client_that_takes_nothing_for_a_while_misses_nothing_and_gets_nothing_twice() -> None:
    job, slow, quick = running_job(), Client(stalls=3), Client()
    pushed(job, slow, quick)
    assert slow.lines() == quick.lines() == SAID


def test_a_client_that_breaks_ends_its_own_stream_only() -> None:
    job, broken, whole = running_job(), Client(breaks=True), Client()
    ends = pushed(job, broken, whole)
    assert isinstance(ends[0], ConnectionError)
    assert ends[1] is None
    assert whole.lines() == SAID


def test_new_events_arrive_while_the_stream_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "POLL_SECONDS", 60)  # so that only the broker can wake it in time
    job = running_job()

    def act() -> None:
        say(job, "live")
        finish(job)
        connection.close()

    events, _ = live(job, act)
    assert [event["type"] for event in events] == ["log", "state", "end"]


def test_without_a_broker_events_come_a_second_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BROKER_URL", "unix:///nowhere/valkey.sock")
    job = running_job()

    def act() -> None:
        say(job, "slow")
        finish(job)
        connection.close()

    events, took = live(job, act)
    assert [event["type"] for event in events] == ["log", "state", "end"]
    assert took < 3


def test_a_quiet_stream_is_pinged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream.PING_SECONDS == 15
    monkeypatch.setattr(stream, "PING_SECONDS", 0.05)
    job = running_job()

    async def run() -> list[bytes]:
        async with contextlib.aclosing(event_stream([job.pk])) as chunks:
            return [await anext(chunks) for _ in range(4)]

    chunks = asyncio.run(run())
    assert chunks[-1] == b": ping\n\n"


def test_a_stream_ends_after_a_while_so_that_its_client_is_checked_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.05)
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.2)
    job = running_job()

    async def run() -> list[bytes]:
        async with asyncio.timeout(20):
            return [chunk async for chunk in event_stream([job.pk])]

    assert asyncio.run(run())[-1] == b": ping\n\n"


def test_a_client_that_lags_behind_reads_the_rest_from_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkiln.jobs.feed.BACKLOG", 3)
    job = running_job()

    def act() -> None:
        add_job_events(
            job_id=job.pk, attempt=1, events=[("log", {"line": str(number)}) for number in range(50)]
        )
        finish(job)
        connection.close()

    events, _ = live(job, act)
    assert [event["data"].get("line") for event in events[:-2]] == [str(number) for number in range(50)]
    assert events[-1]["type"] == "end"


def test_streams_that_ask_the_same_at_once_share_an_answer_and_a_later_one_gets_a_newer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job, asked = running_job(), 0
    question = feed._events_after

    def counted(*arguments: Any) -> list[FeedEvent]:
        nonlocal asked
        asked += 1
        time.sleep(0.2)
        return question(*arguments)

    monkeypatch.setattr(feed, "_events_after", counted)

    async def run() -> list[list[FeedEvent]]:
        reader = Feed()
        first = asyncio.gather(*(reader.events_after([job.pk], 0) for _ in range(50)))
        await asyncio.sleep(0.1)  # the database is being asked
        later = asyncio.create_task(reader.events_after([job.pk], 0))
        found = [*(await first), await later]
        await reader._ask(connections.close_all)
        return found

    found = asyncio.run(run())
    assert asked == 2
    assert all([event.type for event in events] == ["state"] for events in found)


def test_a_question_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    job = running_job()

    async def run() -> list[FeedEvent]:
        reader = Feed()
        with monkeypatch.context() as broken:
            broken.setattr(feed, "close_old_connections", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await reader.events_after([job.pk], 0)
        events = await reader.events_after([job.pk], 0)
        await reader._ask(connections.close_all)
        return events

    assert len(asyncio.run(run())) == 1


def test_an_event_that_is_committed_after_a_younger_one_is_still_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed, job = Feed(), running_job()
    known = FeedEvent(1, job.pk, "log", {})
    feed._last = 10
    feed._note([12, 15])
    assert set(feed._gaps) == {11, 13, 14}
    feed._note([13])
    assert set(feed._gaps) == {11, 14}
    assert (feed._last, known.id) == (15, 1)
    for _ in range(100):
        feed._note([])  # a busy broker wakes the feed often
    assert set(feed._gaps) == {11, 14}
    later = time.monotonic() + GAP_SECONDS
    monkeypatch.setattr("brandkiln.jobs.feed.time.monotonic", lambda: later)
    feed._note([])
    assert feed._gaps == {}


def test_a_client_that_comes_back_after_the_end_is_told_to_stay_away() -> None:
    job = running_job()
    finish(job)
    job.refresh_from_db()
    last = JobEvent.objects.filter(job=job).order_by("-id").values_list("id", flat=True)[0]
    request = RequestFactory().get("/", headers={"Last-Event-ID": str(last)})
    assert stream_response(request, job).status_code == 204
    request = RequestFactory().get("/", headers={"Last-Event-ID": str(last - 1)})
    response = stream_response(request, job)
    assert (response.status_code, response["Content-Type"]) == (200, "text/event-stream")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", ["", "-1", "x", "1e3", "٣", "9" * 40])
def test_an_event_id_that_is_none_begins_at_the_start(text: str) -> None:
    request = RequestFactory().get("/", headers={"Last-Event-ID": text})
    assert last_event_id(request) == 0


def test_an_open_stream_holds_no_database_connection() -> None:
    job = running_job()
    stream_response(RequestFactory().get("/"), job)
    assert connection.connection is None


def test_events_that_are_rolled_back_are_never_seen() -> None:
    job = running_job()
    with transaction.atomic():
        add_events(job.pk, [("log", {"line": "undone"})])
        transaction.set_rollback(True)
    finish(job)
    assert "log" not in [event["type"] for event in collect(job)]


class SwallowsCancel:
    """A broker's client that loses a cancel, as one that reconnects may."""

    async def __aenter__(self) -> "SwallowsCancel":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def pubsub(self, **_: object) -> "SwallowsCancel":
        return self

    async def subscribe(self, *_: object) -> None:
        return None

    async def get_message(self, **_: object) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.05)


@pytest.mark.timeout(30)
def test_a_feed_ends_even_if_a_cancel_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed.Redis, "from_url", lambda *_args, **_options: SwallowsCancel())
    job = running_job()
    finish(job)
    assert collect(job)[-1]["type"] == "end"
