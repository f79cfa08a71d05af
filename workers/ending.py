"""How an attempt ended."""

from dataclasses import dataclass, field
from typing import Any

from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, State


@dataclass(frozen=True)
class Ending:
    """The state that an attempt ends in, and what is written in the transaction that says so.

    An ending in QUEUED gives the job back; ``costs_attempt`` says whether that counts as one of its attempts.
    """

    state: State
    message: str = ""
    failure: JobFailure | None = None
    result: dict[str, Any] = field(default_factory=dict)
    effect: Effect | None = None
    costs_attempt: bool = True


def stopped(job: Job, *, by_person: bool) -> Ending:
    """Return how an attempt ends that was asked to stop: by a person for good, by its worker to be done again."""
    if by_person:
        return Ending(State.CANCELLED, message="Cancelled.")
    failure = JobFailure("worker_stopped", f"Worker {job.worker} was stopped; the job starts again.")
    return Ending(State.QUEUED, failure=failure, costs_attempt=False)
