"""One reader of new events for a whole web process, however many streams are open.

It asks the database once a second and is woken earlier by the broker; losing the broker costs latency only. All its
questions go through one thread with one connection, so that open streams hold no connections of their own.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.db.models import Q
from redis.asyncio import Redis
from redis.exceptions import RedisError

from brandkiln.jobs.events import CHANNEL
from brandkiln.jobs.models import JobEvent
from brandkiln.jobs.subscribers import Bell, FeedEvent, Guest, Subscriber
from brandkiln.notifications.reading import Reader, unread_counts
from brandkiln.workspaces.viewers import Viewer, let_in

logger = logging.getLogger(__name__)
G = TypeVar("G", bound=Guest)
POLL_SECONDS = 1.0
BATCH = 1000
LOOK_BACK = 500
GAP_SECONDS = 60.0
"""For how long an id that was passed over is looked for; its transaction may commit later."""
RECONNECT_SECONDS = 2.0
TURN_SECONDS = 0.002
"""For how long streams are written before the event loop looks after anything else."""
REST_SECONDS = 0.001
"""Between two turns, in which pages that are made in threads go on."""
BELL_SECONDS = 5.0
DOOR_SECONDS = 2.0
"""After so long it is asked anew who of those that look on still may."""


class Feed:
    """Reads new events and hands them to the subscribers, and tells bells how much is unread.

    Whoever may see a workspace no more is turned out within seconds.
    """

    def __init__(self) -> None:
        self._guests: set[Guest] = set()
        self._asked_at = 0.0
        self._subscribers: set[Subscriber] = set()
        self._bells: set[Bell] = set()
        self._rung_at = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feed")
        self._tasks: list[asyncio.Task[None]] = []
        self._woken = asyncio.Event()
        self._begun = False
        self._last = 0
        self._asked: dict[tuple[frozenset[UUID], int], asyncio.Future[list[FeedEvent]]] = {}
        """Questions that wait for the thread."""
        self._gaps: dict[int, float] = {}
        """Ids that were passed over, each with the moment at which it is given up."""
        self._stopped = 0
        """How often the tasks were stopped. They look at it, because a client library may swallow a cancel."""

    @contextlib.asynccontextmanager
    async def watch(self, guest: G) -> AsyncIterator[G]:
        """Register a stream that ends when its viewer may see it no more."""
        self._guests.add(guest)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._poll()), asyncio.create_task(self._listen())]
        try:
            yield guest
        finally:
            self._guests.discard(guest)
            if not self._guests:
                self._rest()

    @contextlib.asynccontextmanager
    async def subscribe(
        self, job_ids: Collection[UUID], viewer: Viewer | None = None
    ) -> AsyncIterator[Subscriber]:
        """Register a stream. What it has to know from before, it reads with ``events_after``."""
        subscriber = Subscriber(frozenset(job_ids), viewer=viewer)
        self._subscribers.add(subscriber)
        try:
            async with self.watch(subscriber):
                yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    @contextlib.asynccontextmanager
    async def listen(self, reader: Reader) -> AsyncIterator[Bell]:
        """Register a bell; it rings at once with what is unread now."""
        bell = Bell(reader)
        self._bells.add(bell)
        self._rung_at = 0.0
        self._woken.set()
        try:
            async with self.watch(bell):
                yield bell
        finally:
            self._bells.discard(bell)

    def _rest(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._stopped += 1
        self._thread.submit(connections.close_all)

    async def events_after(self, job_ids: Collection[UUID], after: int) -> list[FeedEvent]:
        """Return the next events of the jobs after an id, at most BATCH of them.

        Who asks the same before the question was put to the database, as all screens do that come back after a
        restart, shares the answer.
        """
        key = (frozenset(job_ids), after)

        def ask() -> list[FeedEvent]:
            self._asked.pop(key, None)  # whoever asks from now on may know of events that this does not find
            return _events_after(job_ids, after)

        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.ensure_future(self._ask(ask))
            asked.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(asked)

    async def _ask(self, question: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _fresh, question, *arguments)

    async def _poll(self) -> None:
        self._begun, self._gaps = False, {}
        self._woken.set()
        stopped = self._stopped
        while self._stopped == stopped:
            # Not wait_for: before Python 3.12 it swallows a cancel that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            is_woken = self._woken.is_set()
            self._woken.clear()
            try:
                await self._mind_the_door()
                await self._ring_bells(is_woken)
                if not self._subscribers:
                    self._begun, self._gaps = False, {}
                    continue
                if not self._begun:
                    # Some way back, so that events still in a transaction when the feed began are gaps too.
                    self._last = max(0, await self._ask(_newest_id) - LOOK_BACK)
                    self._begun = True
                events = await self._ask(_news, self._last, list(self._gaps))
            except Error as error:
                logger.warning("The database did not answer the event feed, trying again: %s", error)
                continue
            except Exception:
                logger.exception("The event feed failed, trying again")
                continue
            self._note(event.id for event in events)
            await self._hand_out(events)
            if len(events) >= BATCH:
                self._woken.set()

    async def _hand_out(self, events: Collection[FeedEvent]) -> None:
        """Give each subscriber its events, with a rest for pages whenever a turn is over."""
        turn = time.monotonic() + TURN_SECONDS
        for subscriber in list(self._subscribers) if events else ():
            for event in events:
                if event.job_id in subscriber.job_ids:
                    subscriber.take(event)
            if time.monotonic() > turn:
                await asyncio.sleep(REST_SECONDS)
                turn = time.monotonic() + TURN_SECONDS

    async def _ring_bells(self, is_woken: bool) -> None:
        """Tell the bells what is unread: once a second while something happens, else now and then."""
        since = time.monotonic() - self._rung_at
        if not self._bells or since < (POLL_SECONDS if is_woken else BELL_SECONDS):
            return
        self._rung_at = time.monotonic()
        counts = await self._ask(unread_counts, {bell.reader for bell in self._bells})
        for bell in self._bells:
            if bell.reader in counts:  # else it came while the database was asked
                bell.ring(counts[bell.reader])

    async def _mind_the_door(self) -> None:
        """Turn out whoever is a member no more, or came with a token that was withdrawn."""
        guests = [guest for guest in self._guests if guest.viewer]
        if not guests or time.monotonic() - self._asked_at < DOOR_SECONDS:
            return
        self._asked_at = time.monotonic()
        welcome = await self._ask(let_in, {guest.viewer for guest in guests})
        for guest in guests:
            if guest.viewer not in welcome:
                guest.turn_out()

    def _note(self, ids: Iterable[int]) -> None:
        """Remember the newest id and the gaps below it: transactions may commit in another order than their ids."""
        now = time.monotonic()
        self._gaps = {gap: until for gap, until in self._gaps.items() if until > now}
        for id in ids:
            if id > self._last:
                fresh = range(max(self._last + 1, id - BATCH), id)
                self._gaps |= dict.fromkeys(fresh, now + GAP_SECONDS)
                self._last = id
            else:
                self._gaps.pop(id, None)

    async def _listen(self) -> None:
        stopped = self._stopped
        while self._stopped == stopped:
            try:
                async with (
                    Redis.from_url(settings.BROKER_URL, socket_connect_timeout=5) as client,
                    client.pubsub(ignore_subscribe_messages=True) as channel,
                ):
                    await channel.subscribe(CHANNEL)
                    while self._stopped == stopped:
                        if await channel.get_message(timeout=POLL_SECONDS):
                            self._woken.set()
            except (RedisError, OSError) as error:
                logger.info("The broker is away; events come once a second until it is back: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()


def the_feed() -> Feed:
    """Return the feed of the running event loop, of which a web process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _feeds:
        _feeds[loop] = Feed()
    return _feeds[loop]


def _fresh(question: Any, *arguments: Any) -> Any:
    close_old_connections()
    return question(*arguments)


def _newest_id() -> int:
    return JobEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _news(last: int, gaps: Collection[int]) -> list[FeedEvent]:
    return _read(Q(id__gt=last) | Q(id__in=gaps))


def _events_after(job_ids: Collection[UUID], after: int) -> list[FeedEvent]:
    return _read(Q(job_id__in=job_ids, id__gt=after))


def _read(which: Q) -> list[FeedEvent]:
    rows = JobEvent.objects.filter(which).order_by("id").values_list("id", "job_id", "type", "data")[:BATCH]
    return [FeedEvent(*row) for row in rows]
