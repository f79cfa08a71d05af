"""The sweeper: what makes lost workers and lost messages harmless. Any number may run at the same time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from brandkiln.jobs.claims import JobFailure, give_back
from brandkiln.jobs.clock import in_seconds
from brandkiln.jobs.models import Job, Trial
from brandkiln.jobs.moves import InvalidMove, State, wake
from brandkiln.jobs.queue import ring
from brandkiln.jobs.services import cancel_job

logger = logging.getLogger(__name__)
BATCH = 200
RINGS_PER_QUEUE = 8
"""One ring empties a queue; a few more wake workers that stand idle beside the first."""
CHORES: list[Callable[[], object]] = []
"""What apps above this one have looked after as often; each adds its own when the studio starts."""


@dataclass
class Swept:
    """What one sweep did, in numbers of jobs."""

    put_back: int = 0
    ended: int = 0
    rung: int = 0


def sweep() -> Swept:
    """Put back jobs whose worker was lost, end those out of attempts, and ring for those that wait too long."""
    swept = Swept()
    lease_is_over = Q(lease_until__lt=Now())
    for job in Job.objects.filter(lease_is_over, state=State.RUNNING).order_by("lease_until")[:BATCH]:
        failure = JobFailure(
            "worker_lost", f"Worker {job.worker} stopped answering during attempt {job.attempt}."
        )
        try:
            moved = give_back(job=job, failure=failure, where=lease_is_over)
        except InvalidMove:
            continue  # it came back, or another sweeper was faster
        except Error:
            raise  # the database is away; the next sweep tries again
        except Exception:
            logger.exception("Job %s can't be put back; the others are", job.pk)
            continue
        if moved.state == State.QUEUED:
            swept.put_back += 1
        else:
            swept.ended += 1
    swept.put_back += sum(map(wake, _left_resting()))
    for orphan in _orphans():
        cancel_job(job=orphan, actor=None)
    for queue in Job.Queue.values:
        swept.rung += _ring_again(queue)
    return swept


def _left_resting() -> list[UUID]:
    """Return the searches that rest although none of their trainings is open to wake them."""
    open_trials = Trial.objects.filter(search=OuterRef("pk"), job__state__in=Job.OPEN)
    resting = Job.objects.filter(kind=Job.Kind.SEARCH, state=State.RUNNING, lease_until=None)
    return list(resting.exclude(Exists(open_trials)).values_list("pk", flat=True)[:BATCH])


def _orphans() -> QuerySet[Job]:
    """Return trainings that go on for a search that is over, such as one whose worker was lost for good."""
    going_on = Job.objects.filter(state__in=Job.OPEN, cancel_requested_at=None)
    return going_on.filter(trial__search__state__in=Job.FINAL)[:BATCH]


def _ring_again(queue: str) -> int:
    """Ring for jobs that have been queued since a ring that nobody can have heard."""
    forgotten = Q(rung_at__isnull=True) | Q(rung_at__lt=in_seconds(-settings.JOB_RING_AGAIN_SECONDS))
    waiting = Job.objects.filter(forgotten, state=State.QUEUED, queue=queue)
    ids = list(waiting.order_by("due_at").values_list("pk", flat=True)[:RINGS_PER_QUEUE])
    rung = [pk for pk in ids if waiting.filter(pk=pk).update(rung_at=Now())]
    for pk in rung:
        ring(queue, pk)
    return len(rung)
