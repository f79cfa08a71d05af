"""The worker's side of a job: claim it with a lease, renew the lease, report, and end or give back the attempt.

Every write names the attempt. Once the job was given to somebody else, none of them changes anything any more and
all raise ``LeaseLost`` or ``InvalidMove``.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from brandkiln.core.errors import Conflict
from brandkiln.jobs.clock import in_seconds, lease_end
from brandkiln.jobs.events import Event, add_events
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, InvalidMove, State, move_job, wake, wake_search_of
from brandkiln.jobs.queue import ring_on_commit

LOOK_AHEAD = 8
"""How many jobs of a workspace's line are looked through for one whose checkpoint is warm."""
WARM_PATIENCE_SECONDS = 60
"""How long the head of the line lets warm jobs go first."""

Stop = Literal["", "finish", "cancel"]
"""Whether a person asked a running job to end: with what it has, or with nothing."""

Warm = tuple[str, str]
"""A generator's name and the SHA-256 of a checkpoint's weights, "" without one."""


class Joining(NamedTuple):
    """What a job has to be so that it may run beside others in one process."""

    generator: str
    weights: str
    """SHA-256 of the checkpoint's weights, "" without one."""
    kinds: Sequence[str]


class LeaseLost(Conflict):
    """The job was taken away from this worker; whatever it still does has no effect."""

    code = "lease_lost"


@dataclass(frozen=True)
class Progress:
    """How far a job is, for the columns of its row."""

    done: int = 0
    total: int = 0
    message: str = ""
    metrics: dict[str, float] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {"done": self.done, "total": self.total, "message": self.message, "metrics": self.metrics}


@dataclass(frozen=True)
class JobFailure:
    """Why an attempt did not succeed: a word, a sentence, and what an admin wants to see."""

    code: str
    message: str
    detail: str = ""

    def columns(self) -> dict[str, str]:
        return {"error_code": self.code[:40], "error_message": self.message, "error_detail": self.detail}


NO_FAILURE = JobFailure("", "")


def claim_next(
    *,
    queues: Sequence[str],
    worker: str,
    warm: Collection[Warm] = frozenset(),
    joining: Joining | None = None,
) -> Job | None:
    """Claim the next job by the fair rule and return it, or None when the queues are empty.

    It is a job of the workspace that has waited longest since its last start; in that workspace's line the one that
    is due first, where priority moves a job by a minute for each step. A job whose checkpoint is warm goes before up
    to LOOK_AHEAD others, as long as the head of the line has not waited for more than a minute.

    A worker that is busy says what may join its jobs: first attempts of the same generator with the same checkpoint,
    by the same fair rule among them. Nothing joins any more once another job has waited for more than a minute.
    """
    while (found := _next_in_line(queues, warm, joining)) is not None:
        job_id, attempt = found
        try:
            return move_job(
                job_id=job_id,
                attempt=attempt,
                source=State.QUEUED,
                target=State.RUNNING,
                changes={"worker": worker, "lease_until": lease_end(), "started_at": Now()}
                | Progress().columns(),
            )
        except InvalidMove:
            continue  # another worker was faster
    return None


def heartbeat(*, job_id: UUID, attempt: int, progress: Progress | None = None) -> Stop:
    """Renew the lease, write the progress, and return whether a person asked it to end.

    Raises:
        LeaseLost: If the attempt is over.
    """
    columns = progress.columns() if progress else {}
    with transaction.atomic():
        if not _attempt(job_id, attempt).update(lease_until=lease_end(), **columns):
            raise LeaseLost(f"Job {job_id} no longer belongs to attempt {attempt}.")
        if progress:
            add_events(job_id, [("progress", columns)])
        return requested_stop(job_id=job_id, attempt=attempt)


def requested_stop(*, job_id: UUID, attempt: int) -> Stop:
    """Return whether a person asked the job to end, without writing.

    Raises:
        LeaseLost: If the attempt is over.
    """
    row = _attempt(job_id, attempt).values_list("cancel_requested_at", "keep_on_cancel").first()
    if row is None:
        raise LeaseLost(f"Job {job_id} no longer belongs to attempt {attempt}.")
    asked, keep = row
    if asked is None:
        return ""
    return "finish" if keep else "cancel"


def add_job_events(*, job_id: UUID, attempt: int, events: Sequence[Event]) -> None:
    """Add events of a running attempt to the job's history.

    Raises:
        LeaseLost: If the attempt is over.
    """
    with transaction.atomic():
        if not _attempt(job_id, attempt).select_for_update().values_list("pk").first():
            raise LeaseLost(f"Job {job_id} no longer belongs to attempt {attempt}.")
        add_events(job_id, events)
        if any(kind == "measure" for kind, _ in events):
            wake_search_of(job_id)


def finish_job(
    *,
    job_id: UUID,
    attempt: int,
    state: State,
    message: str = "",
    failure: JobFailure | None = None,
    result: dict[str, Any] | None = None,
    effect: Effect | None = None,
    progress: Progress | None = None,
    history: Sequence[Event] = (),
) -> Job:
    """End the attempt and with it the job; the effect and what was left to tell are part of the same transaction.

    Raises:
        InvalidMove: If the attempt is over already.
    """
    return move_job(
        job_id=job_id,
        attempt=attempt,
        source=State.RUNNING,
        target=state,
        message=message,
        effect=effect,
        changes={"result": result or {}}
        | (failure or NO_FAILURE).columns()
        | (progress.columns() if progress else {}),
        history=history,
    )


@transaction.atomic
def rest_job(
    *,
    job_id: UUID,
    attempt: int,
    has_news: Callable[[], bool],
    progress: Progress | None = None,
    result: dict[str, Any] | None = None,
) -> Job:
    """Let a running job rest without a worker until one of its own jobs wakes it; its attempt is not counted.

    Args:
        has_news: Called once the row is locked: whether something has happened that this attempt has not seen, so
            that the job goes on at once.

    Raises:
        LeaseLost: If the attempt is over.
    """
    columns = progress.columns() if progress else {}
    resting = {
        "lease_until": None,
        "worker": "",
        "max_attempts": F("max_attempts") + 1,
        "result": result or {},
    }
    if not _attempt(job_id, attempt).update(**resting | columns):
        raise LeaseLost(f"Job {job_id} no longer belongs to attempt {attempt}.")
    if progress:
        add_events(job_id, [("progress", columns)])
    if has_news():
        wake(job_id)
    return Job.objects.get(pk=job_id)


def give_back(*, job: Job, failure: JobFailure, where: Q | None = None, costs_attempt: bool = True) -> Job:
    """Put a running job back into the queue, or end it where it was to be cancelled or no attempt is left.

    Its last error is kept, so that a job that fails for good says why. An attempt that the operator ended, by
    stopping a worker, does not count.

    Raises:
        InvalidMove: If the attempt is over already.
    """
    move: dict[str, Any] = {"job_id": job.pk, "attempt": job.attempt, "source": State.RUNNING, "where": where}
    if job.cancel_requested_at:
        return move_job(**move, target=State.CANCELLED, message="Cancelled.")
    if costs_attempt and job.attempt >= job.max_attempts:
        last = f"{failure.message} It was tried {job.attempt} times."
        given_up = JobFailure(failure.code, last, failure.detail)
        return move_job(**move, target=State.FAILED, message=last, changes=given_up.columns())
    allowance: dict[str, Any] = {} if costs_attempt else {"max_attempts": F("max_attempts") + 1}
    with transaction.atomic():
        ring_on_commit(job.queue, job.pk)
        return move_job(
            **move,
            target=State.QUEUED,
            message=failure.message,
            changes={"worker": "", "rung_at": Now()} | allowance | failure.columns(),
        )


def _attempt(job_id: UUID, attempt: int) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, state=State.RUNNING, attempt=attempt)


def _next_in_line(
    queues: Sequence[str], warm: Collection[Warm], joining: Joining | None
) -> tuple[UUID, int] | None:
    queued = Job.objects.filter(state=State.QUEUED, queue__in=queues)
    if joining is not None:
        fitting = Q(generator=joining.generator, kind__in=joining.kinds, attempt=0) & (
            Q(checkpoint__weights__sha256=joining.weights) if joining.weights else Q(checkpoint__isnull=True)
        )
        if queued.filter(due_at__lt=in_seconds(-WARM_PATIENCE_SECONDS)).exclude(fitting).exists():
            return None
        queued = queued.filter(fitting)
    last_start = (
        Job.objects.filter(workspace=OuterRef("workspace"), queue__in=queues, started_at__isnull=False)
        .order_by("-started_at")
        .values("started_at")[:1]
    )
    workspace = (
        queued.order_by()
        .values("workspace")
        .annotate(head=Min("due_at"), last_start=Subquery(last_start))
        .order_by(F("last_start").asc(nulls_first=True), "head", "workspace")
        .values_list("workspace", flat=True)
        .first()
    )
    if workspace is None:
        return None
    line = list(
        queued.filter(workspace=workspace)
        .annotate(is_overdue=Q(due_at__lt=in_seconds(-WARM_PATIENCE_SECONDS)))
        .order_by("due_at", "created_at", "id")
        .values_list("pk", "attempt", "is_overdue", "generator", "checkpoint__weights__sha256")[:LOOK_AHEAD]
    )
    if not line:
        return _next_in_line(queues, warm, joining)  # claimed by others since
    if not line[0][2]:
        for pk, attempt, _, generator, weights in line:
            if (generator, weights or "") in warm:
                return pk, attempt
    return line[0][0], line[0][1]
