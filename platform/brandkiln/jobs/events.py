"""What happened to a job, as rows that are only ever added, and the wake-up call for those who watch."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from brandkiln.jobs.broker import TIMEOUT_SECONDS, forgiving, is_paused
from brandkiln.jobs.models import JobEvent

CHANNEL = "brandkiln:events"
EventType = Literal[
    "state", "progress", "measure", "notice", "preview", "text", "log", "sample", "saved", "end"
]
Event = tuple[EventType, dict[str, Any]]


def add_events(job_id: UUID, events: Iterable[Event]) -> None:
    """Add events to a job's history and wake its watchers when they are committed.

    Call it in a transaction that has locked the job's row: then the ids of one job's events grow in the order in
    which they become visible, and a reader that goes on after the last id it saw misses nothing.
    """
    rows = [JobEvent(job_id=job_id, type=kind, data=data) for kind, data in events]
    if rows:
        JobEvent.objects.bulk_create(rows)
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Tell all web processes that there are new events. Losing the call costs them a second."""
    if is_paused():
        return
    with forgiving("The call to the watchers"):
        _client().publish(CHANNEL, "")


@cache
def _client() -> Redis:
    return Redis.from_url(
        settings.BROKER_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
