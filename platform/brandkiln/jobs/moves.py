"""Moving a job from state to state. Nothing else writes ``Job.state``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from brandkiln.core.errors import Conflict
from brandkiln.jobs.events import Event, add_events
from brandkiln.jobs.metering import settle
from brandkiln.jobs.models import Job, Trial
from brandkiln.jobs.queue import ring_on_commit
from brandkiln.jobs.telling import tell_end

State = Job.State
Effect = Callable[[Job], Sequence[Event] | None]
ON_END: list[Callable[[Job], object]] = []
"""What apps above this one do in the transaction that ends a job; each adds its own when the studio starts."""


class InvalidMove(Conflict):
    """The job is not where the move starts: somebody else moved it first."""

    code = "invalid_move"


@transaction.atomic
def move_job(
    *,
    job_id: UUID,
    attempt: int,
    source: State,
    target: State,
    where: Q | None = None,
    message: str = "",
    effect: Effect | None = None,
    changes: Mapping[str, Any] | None = None,
    history: Sequence[Event] = (),
) -> Job:
    """Move a job and return it as it now stands.

    One conditional UPDATE matches the state and the attempt, the fencing token, so that of several who want to
    move the job one succeeds. It also takes the row's lock; the effect then belongs to the same transaction.

    Args:
        attempt: The attempt that the caller knows. A move to running begins the next one.
        where: A further condition, such as a lease that has run out.
        message: A sentence about the move for the job's history.
        effect: Called with the job once it is moved; what it raises undoes the move, and events that it returns are
            kept with it.
        changes: Other columns to write in the same UPDATE.
        history: Events to keep that came before the move.

    Raises:
        InvalidMove: If the drawing in Job's docstring has no such move, or no row matched.
    """
    if target not in Job.MOVES[source]:
        raise InvalidMove(f"A job never moves from {source} to {target}.")
    columns: dict[str, Any] = {"state": target} | dict(changes or {})
    if target == State.RUNNING:
        columns["attempt"] = attempt + 1
    else:
        columns["lease_until"] = None
    if not Job.MOVES[target]:
        columns["finished_at"] = Now()
    row = Job.objects.filter(where or Q(), pk=job_id, state=source, attempt=attempt)
    if not row.update(**columns):
        raise InvalidMove(_why(job_id, attempt, source, target))
    job = Job.objects.select_related("workspace", "project", "requested_by").get(pk=job_id)
    told = effect(job) if effect else None
    events: list[Event] = [
        *history,
        *(told or ()),
        ("state", {"state": job.state, "attempt": job.attempt, "message": message}),
    ]
    if job.is_final:
        events.append(("end", {"state": job.state}))
    add_events(job_id, events)
    if job.is_final:
        settle(job, pieces=sum(kind == "sample" for kind, _data in told or ()))
        tell_end(job)
        wake_search_of(job_id)
        for told_of_end in ON_END:
            told_of_end(job)
    return job


def wake_search_of(job_id: UUID) -> None:
    """Queue the search again that the job is a trial of, in the transaction that says what is new about the job."""
    if search := Trial.objects.filter(job=job_id).values_list("search", flat=True).first():
        wake(search)


@transaction.atomic
def wake(job_id: UUID) -> bool:
    """Queue a job again that rests; return whether it did.

    The row's lock makes sure that one that is about to rest has done so, or will see what is new: see ``rest_job``.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != State.RUNNING or job.lease_until is not None:
        return False
    move_job(
        job_id=job_id,
        attempt=job.attempt,
        source=State.RUNNING,
        target=State.QUEUED,
        changes={"rung_at": Now()},
    )
    ring_on_commit(job.queue, job_id)
    return True


def _why(job_id: UUID, attempt: int, source: State, target: State) -> str:
    now = Job.objects.filter(pk=job_id).values_list("state", "attempt").first()
    if now is None:
        return f"Job {job_id} does not exist any more."
    return (
        f"Job {job_id} can't move from {source} to {target} at attempt {attempt}: "
        f"it is {now[0]} at attempt {now[1]}. Load it again."
    )
