"""Which jobs a worker may do at the same time, in one child process."""

import threading
from collections.abc import Callable
from uuid import UUID

from brandkiln.jobs.claims import Joining
from brandkiln.jobs.models import Job

from generators import registry
from generators.errors import GeneratorError

JOBS_AT_ONCE = 6
"""How many jobs a worker does at once where their generator shares its process; others it does alone."""
_KINDS = (Job.Kind.SAMPLE, Job.Kind.CHAT)


def may_share(job: Job) -> bool:
    """Return whether a job may run beside others like it.

    One whose earlier attempt did not end well runs alone, so that a job that kills its process hurts no other twice.
    """
    if job.kind not in _KINDS or job.attempt > 1:
        return False
    try:
        return registry.get(job.generator).shares
    except GeneratorError:
        return False


class Floor:
    """The jobs that a worker does at this moment; only what may join them is claimed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[UUID, Joining | None] = {}

    def claim(self, claim: Callable[[Joining | None], Job | None], *, takes_more: bool) -> Job | None:
        """Claim a job by a function that is told what it has to join, None for any; return it if there is one.

        Args:
            takes_more: Whether the child at work may be given another job.
        """
        with self._lock:
            joining = next(iter(self._jobs.values()), None)
            if self._jobs and (joining is None or not takes_more or len(self._jobs) >= JOBS_AT_ONCE):
                return None
            job = claim(joining)
            if job is not None:
                self._jobs[job.pk] = _joined(job) if may_share(job) else None
            return job

    def leave(self, job: Job) -> None:
        """Take note that a job is over."""
        with self._lock:
            self._jobs.pop(job.pk, None)


def _joined(job: Job) -> Joining:
    weights = job.checkpoint.weights.sha256 if job.checkpoint else ""
    return Joining(job.generator, weights, _KINDS)
