"""Who is told of events as they happen: open streams of jobs, and the bells of open pages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from brandkiln.notifications.reading import Reader

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


@dataclass(eq=False)
class Subscriber:
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


@dataclass(eq=False)
class Bell:
    """One open page: whose it is, and how much of what they were told is unread."""

    reader: Reader
    counts: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    last: int = -1

    def ring(self, count: int) -> None:
        if count != self.last:
            self.last = count
            self.counts.put_nowait(count)
