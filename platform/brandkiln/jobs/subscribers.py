"""Who is told of events as they happen: open streams of jobs, and the bells of open pages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from brandkiln.notifications.reading import Reader
from brandkiln.workspaces.viewers import Viewer

BACKLOG = 1000
"""Events that a slow client may lag behind before it is sent to read them from the database again."""


@dataclass(frozen=True)
class FeedEvent:
    """A JobEvent on its way to a client."""

    id: int
    job_id: UUID
    type: str
    data: dict[str, Any]
    sent: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """What it is on the wire by workspace: every stream of a job sends the same bytes."""


@dataclass(eq=False, kw_only=True)
class Guest:
    """An open stream: for whom it is, and whether they may see it no more."""

    viewer: Viewer | None = None
    is_out: bool = False

    def turn_out(self) -> None:
        """Have the stream end."""
        self.is_out = True


@dataclass(eq=False)
class Subscriber(Guest):
    """One open stream: the jobs that its caller may see, and what it has not been sent yet."""

    job_ids: frozenset[UUID]
    waiting: asyncio.Queue[FeedEvent | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))
    """None only wakes the stream."""
    lags: bool = False
    push: Callable[[FeedEvent], bool] | None = None
    """Sends an event at once, while the stream only waits; False where the stream has to do it itself."""

    def take(self, event: FeedEvent) -> None:
        if self.push and self.push(event):
            return
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.lags = True

    def turn_out(self) -> None:
        super().turn_out()
        self.push = None
        if self.waiting.empty():
            self.waiting.put_nowait(None)


@dataclass(eq=False)
class Bell(Guest):
    """One open page: whose it is, and how much of what they were told is unread."""

    reader: Reader
    counts: asyncio.Queue[int | None] = field(default_factory=asyncio.Queue)
    """None only wakes the stream."""
    last: int = -1

    def __post_init__(self) -> None:
        self.viewer = Viewer(*self.reader)

    def ring(self, count: int) -> None:
        if count != self.last:
            self.last = count
            self.counts.put_nowait(count)

    def turn_out(self) -> None:
        super().turn_out()
        self.counts.put_nowait(None)
