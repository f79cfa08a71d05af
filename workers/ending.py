"""How an attempt ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from brandkiln.jobs.claims import JobFailure, Progress
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, State


@dataclass(frozen=True)
class Ending:
    """The state that an attempt ends in, and what is written in the transaction that says so.

    An ending in QUEUED gives the job back; ``costs_attempt`` says whether that counts as one of its attempts.
    An ending in RUNNING lets it rest without a worker until one of its own jobs wakes it; ``has_news`` is asked, once
    its row is locked, whether that has happened already.
    """

    state: State
    message: str = ""
    failure: JobFailure | None = None
    result: dict[str, Any] = field(default_factory=dict)
    effect: Effect | None = None
    costs_attempt: bool = True
    progress: Progress | None = None
    has_news: Callable[[], bool] | None = None


def stopped(job: Job, *, by_person: bool) -> Ending:
    """Return how an attempt ends that was asked to stop: by a person for good, by its worker to be done again."""
    if by_person:
        return Ending(State.CANCELLED, message="Cancelled.")
    failure = JobFailure("worker_stopped", f"Worker {job.worker} was stopped; the job starts again.")
    return Ending(State.QUEUED, failure=failure, costs_attempt=False)
