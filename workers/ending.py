"""How an attempt ended."""

from dataclasses import dataclass, field
from typing import Any

from brandkiln.jobs.claims import JobFailure
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
