"""The live stream: replay, order, the end, and what the loss of the broker costs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from brandkiln.core.pushing import Wire
from brandkiln.jobs import feed, stream
from brandkiln.jobs.claims import add_job_events
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job, JobEvent
from brandkiln.jobs.stream import event_stream, last_event_id, stream_response
from brandkiln.workspaces.models import Membership
from brandkiln.workspaces.services import issue_token, remove_member, revoke_token
from brandkiln.workspaces.viewers import Viewer, let_in
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory

from tests.brandkiln.jobs.streams import collect, finish, live, read, running_job, say
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


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
    monkeypatch.setattr("brandkiln.jobs.subscribers.BACKLOG", 3)
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


def asked(job: Job, **kwargs: Any) -> Any:
    """Return the request of a member, as a view gets it."""
    request: Any = RequestFactory().get("/", **kwargs)
    request.membership = Membership.objects.create(workspace=job.workspace, user=UserFactory())
    return request


def turned_out(chunks: AsyncIterator[bytes], act: Any) -> None:
    """Read a stream, which goes on until `act` and then ends."""

    async def run() -> None:
        async with asyncio.timeout(20):
            rest = asyncio.create_task(_rest(chunks))
            await asyncio.sleep(0.3)
            assert not rest.done()
            await sync_to_async(act, thread_sensitive=False)()
            await rest

    asyncio.run(run())


async def _rest(chunks: AsyncIterator[bytes]) -> None:
    async for _chunk in chunks:
        pass


@pytest.fixture
def quick_door(monkeypatch: pytest.MonkeyPatch) -> None:
    assert feed.DOOR_SECONDS == 2
    monkeypatch.setattr(feed, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(feed, "DOOR_SECONDS", 0.05)


@pytest.mark.usefixtures("quick_door")
@pytest.mark.parametrize("kind", ["job", "bell"])
def test_the_stream_of_a_member_who_is_removed_ends(kind: str) -> None:
    job = running_job()
    admin, member = (Membership.objects.create(workspace=job.workspace, user=UserFactory()) for _ in range(2))
    other, viewer = (Viewer(job.workspace_id, one.user_id) for one in (admin, member))

    def remove() -> None:
        remove_member(membership=member, actor=admin.user)
        connection.close()

    stays = event_stream([job.pk], viewer=other)
    streams = {
        "job": event_stream([job.pk], viewer=viewer),
        "bell": stream.bell_stream((viewer.workspace_id, viewer.user_id)),
    }
    turned_out(streams[kind], remove)

    async def first() -> bytes:
        async with contextlib.aclosing(stays) as chunks:
            await anext(chunks)
            return await anext(chunks)

    assert b"state" in asyncio.run(first())


@pytest.mark.usefixtures("quick_door")
def test_the_stream_of_a_token_that_is_withdrawn_ends_and_its_owners_other_ones_go_on() -> None:
    job = running_job()
    member = Membership.objects.create(workspace=job.workspace, user=UserFactory())
    token, _text = issue_token(workspace=job.workspace, user=member.user, name="ci", scopes=["read"])
    viewer = Viewer(job.workspace_id, member.user_id, token.pk)

    def withdraw() -> None:
        revoke_token(token=token, actor=member.user)
        connection.close()

    turned_out(event_stream([job.pk], viewer=viewer), withdraw)
    assert let_in({viewer, Viewer(job.workspace_id, member.user_id)}) == {
        Viewer(job.workspace_id, member.user_id)
    }


def test_a_client_that_comes_back_after_the_end_is_told_to_stay_away() -> None:
    job = running_job()
    finish(job)
    job.refresh_from_db()
    last = JobEvent.objects.filter(job=job).order_by("-id").values_list("id", flat=True)[0]
    assert stream_response(asked(job, headers={"Last-Event-ID": str(last)}), job).status_code == 204
    response = stream_response(asked(job, headers={"Last-Event-ID": str(last - 1)}), job)
    assert (response.status_code, response["Content-Type"]) == (200, "text/event-stream")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", ["", "-1", "x", "1e3", "٣", "9" * 40])
def test_an_event_id_that_is_none_begins_at_the_start(text: str) -> None:
    request = RequestFactory().get("/", headers={"Last-Event-ID": text})
    assert last_event_id(request) == 0


def test_an_open_stream_holds_no_database_connection() -> None:
    job = running_job()
    stream_response(asked(job), job)
    assert connection.connection is None


def test_events_that_are_rolled_back_are_never_seen() -> None:
    job = running_job()
    with transaction.atomic():
        add_events(job.pk, [("log", {"line": "undone"})])
        transaction.set_rollback(True)
    finish(job)
    assert "log" not in [event["type"] for event in collect(job)]
