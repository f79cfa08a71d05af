"""The one reader of new events: shared answers, gaps between ids, and what goes wrong around it."""

import asyncio
import contextlib
import time
from typing import Any

import pytest
from brandkiln.jobs import feed
from brandkiln.jobs.feed import GAP_SECONDS, Feed
from brandkiln.jobs.subscribers import FeedEvent
from django.db import connection, connections

from tests.brandkiln.jobs.streams import collect, finish, live, running_job, say

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_look_for_news_that_fails_oddly_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    job, question, fails = running_job(), feed._news, 2

    def odd(*arguments: Any) -> list[FeedEvent]:
        nonlocal fails
        fails -= 1
        if fails >= 0:
            raise KeyError("odd")
        return question(*arguments)

    monkeypatch.setattr(feed, "_news", odd)

    def act() -> None:
        say(job, "live")
        finish(job)
        connection.close()

    events, _ = live(job, act)
    assert [event["type"] for event in events] == ["log", "state", "end"]


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
