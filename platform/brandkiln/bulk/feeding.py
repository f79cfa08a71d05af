"""Rows become jobs, a bounded number at a time: refilled in the transaction that ends a job, and by the sweeper.

Only so many jobs of a bulk are open that the workers never run dry; the rest waits as rows. So other people's jobs
pass, a pause stops within seconds, and the job table does not fill with what may never be made.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.brand.services import verdicts_of
from brandkiln.bulk.checking import Filler
from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.moves import InvalidMove, move_bulk
from brandkiln.bulk.titles import name_of, title_column
from brandkiln.bulk.variables import Misfit
from brandkiln.connections.services import BudgetSpent
from brandkiln.core.errors import StudioError
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.library.models import Asset
from brandkiln.notifications.services import announce
from brandkiln.workspaces.quotas import QuotaSpent

logger = logging.getLogger(__name__)
PREFIX = "bulk:"
"""How the idempotency keys of all jobs for rows begin."""
WINDOW = 48
"""Most jobs of a bulk that are open at once."""
LOW = 32
"""As soon as so few are open, more are submitted."""
STREAK = 20
"""After so many failures in a row a bulk pauses by itself."""
PRIORITY = -10
"""Ten minutes behind whatever people of the workspace ask for meanwhile; rows of a dry run wait for nobody."""
BATCH = 200
State, RowState = Bulk.State, Row.State
ENDINGS = {
    Job.State.SUCCEEDED: RowState.DONE,
    Job.State.FAILED: RowState.FAILED,
    Job.State.CANCELLED: RowState.FAILED,
}
GIVEN_BACK = {State.PAUSED: RowState.READY, State.CANCELLED: RowState.CANCELLED}
"""What becomes of a row whose job was cancelled or found no tokens left, by the state of its bulk; else it failed."""


ON_OVER: list[Callable[[Bulk], object]] = []
"""What is called as a bulk has ended or paused by itself."""


def over(bulk: Bulk) -> None:
    """Say to whoever wants to know that nothing more comes of a bulk by itself."""
    for hook in ON_OVER:
        hook(bulk)


def is_for_row(job: Job) -> bool:
    """Return whether a job was submitted for a row of a bulk."""
    return (job.idempotency_key or "").startswith(PREFIX)


def job_ended(job: Job) -> None:
    """Note in its row how a job ended, and submit the next; called in the transaction that ends the job.

    Whatever goes wrong here is left to the sweeper: the job itself has ended well or not, and that stands.
    """
    if not is_for_row(job):
        return
    try:
        with transaction.atomic():
            if end_row(job):
                top_up(bulk_of(job))
    except Exception:
        logger.exception("The row of job %s could not be ended; the sweeper does it", job.pk)


def bulk_of(job: Job) -> UUID:
    """Return the id of the bulk that a job for a row belongs to, which its idempotency key says."""
    return UUID((job.idempotency_key or "").split(":")[1])


def end_row(job: Job) -> bool:
    """Write in its row how a job ended; return whether it was still to be written."""
    state, message = ENDINGS[Job.State(job.state)], job.error_message
    is_spent = job.state == Job.State.FAILED and job.error_code == BudgetSpent.code
    if job.state == Job.State.CANCELLED or is_spent:
        bulk = Bulk.objects.filter(pk=bulk_of(job)).first()
        if is_spent and bulk and bulk.state == State.RUNNING:
            _pause_spent(bulk, message)
        state = GIVEN_BACK.get(State(bulk.state), RowState.FAILED) if bulk else RowState.FAILED
        said = message if is_spent else _("Its job was cancelled.")
        message = said if state == RowState.FAILED else ""
    rows = Row.objects.filter(job=job, state=RowState.WORKING)
    if not rows.update(state=state, message=message, changed_at=Now()):
        return False
    if state == RowState.DONE:
        transaction.on_commit(partial(_judge, job.pk), robust=True)
    return True


def top_up(bulk_id: UUID) -> int:
    """Submit jobs for the next rows, as far as few enough are open; end the bulk behind the last one.

    One caller at a time does it. While rows wait, others pass by instead of waiting for the lock: a job of those being
    submitted will call again. Behind the last row they wait, so that the one that comes last sees that it is.
    """
    working = Row.objects.filter(bulk=bulk_id, state=RowState.WORKING).count()
    if working > LOW:
        return 0
    waits = Row.objects.filter(bulk=bulk_id, state=RowState.READY).exists()
    with transaction.atomic():
        locked = Bulk.objects.select_for_update(of=("self",), skip_locked=waits and working > 0)
        bulk = locked.filter(pk=bulk_id, state__in=[State.TRIAL, State.RUNNING]).first()
        if bulk is None:
            return 0
        submitted = _submit_next(bulk)
        if not submitted and bulk.state == State.RUNNING:
            _finish_if_over(bulk)
        return submitted


def _submit_next(bulk: Bulk) -> int:
    """Submit jobs until the window is full or no row is left; rows that can't be submitted fail and cost no place."""
    fillers: dict[Any, Filler] = {}
    rows = Row.objects.filter(bulk=bulk)
    column, several = title_column(bulk.columns), rows.filter(part=1).exists()
    room = WINDOW - rows.filter(state=RowState.WORKING).count()
    ready = (
        rows.filter(state=RowState.READY)
        .select_related("version__checkpoint", "version__template")
        .order_by("position", "part")
    )
    if bulk.state == State.TRIAL:
        ready = ready.filter(position__in=bulk.trial)
    submitted = failures = 0
    if bulk.state == State.RUNNING and ready.exists() and (why := _streak(bulk)):
        _pause(bulk, why)
        return 0
    while submitted < room and (some := list(ready[: room - submitted])):
        for row in some:
            try:
                message = _submit(bulk, row, fillers, name_of(row, column, with_template=several))
            except QuotaSpent as spent:  # it holds for all rows, which wait until there is more
                over(move_bulk(bulk, State.PAUSED, reason=spent.message[:400]))
                return submitted
            submitted, failures = (submitted, failures + 1) if message else (submitted + 1, 0)
            if failures >= STREAK:
                _pause(bulk, message)
                return submitted
    return submitted


def _submit(bulk: Bulk, row: Row, fillers: dict[Any, Filler], name: str) -> str:
    """Submit the job of a row and return ""; where that can't be, the row has failed for the reason returned.

    Raises:
        QuotaSpent: If a quota does not suffice while all rows are made; the row stays ready.
    """
    version = row.version
    try:
        if version.pk not in fillers:
            fillers[version.pk] = Filler.of(version, bulk)
        with transaction.atomic():
            job = submit_job(
                workspace=bulk.workspace, project=bulk.project, requested_by=bulk.created_by,
                kind=Job.Kind.SAMPLE, generator=version.generator, params=fillers[version.pk].params(row.cells),
                checkpoint="production" if version.uses_production else version.checkpoint,
                priority=0 if bulk.state == State.TRIAL else PRIORITY,
                idempotency_key=f"{PREFIX}{bulk.pk.hex}:{row.pk}:{row.tries + 1}", name=name,
            )  # fmt: skip
            Row.objects.filter(pk=row.pk, state=RowState.READY).update(
                state=RowState.WORKING, job=job, tries=row.tries + 1, message="", changed_at=Now()
            )
    except (StudioError, Misfit) as refusal:
        if isinstance(refusal, QuotaSpent) and bulk.state == State.RUNNING:
            raise
        told = getattr(refusal, "fields", None) or {}
        message = " ".join(dict.fromkeys(told.values())) or str(refusal)
        Row.objects.filter(pk=row.pk).update(
            state=RowState.FAILED, tries=row.tries + 1, message=message, changed_at=Now()
        )
        return message
    return ""


def _streak(bulk: Bulk) -> str:
    """Return why the last rows failed where all of the last STREAK did since they were let go, else ""."""
    ended = Row.objects.filter(
        bulk=bulk, state__in=[RowState.DONE, RowState.FAILED], changed_at__gte=bulk.started_at
    )
    last = list(ended.order_by("-changed_at").values_list("state", "message")[:STREAK])
    if len(last) < STREAK or any(state != RowState.FAILED for state, _message in last):
        return ""
    return str(last[0][1])


def _pause(bulk: Bulk, why: str) -> None:
    reason = _("The last %(n)d rows failed: %(why)s") % {"n": STREAK, "why": why}
    over(move_bulk(bulk, State.PAUSED, reason=reason[:400]))


def _pause_spent(bulk: Bulk, why: str) -> None:
    """Pause where a connection's tokens are used up: that holds for all rows, which wait until there are more."""
    with suppress(InvalidMove):  # somebody else moved it meanwhile
        over(move_bulk(bulk, State.PAUSED, reason=why[:400]))
        transaction.on_commit(partial(cancel_jobs, bulk, None, [Job.State.QUEUED]), robust=True)


def cancel_jobs(bulk: Bulk, actor: User | None, states: Sequence[str]) -> None:
    """Cancel jobs one by one, each in a transaction of its own: none of them waits for the bulk's lock then."""
    for job in Job.objects.filter(bulk_row__bulk=bulk, bulk_row__state=RowState.WORKING, state__in=states):
        cancel_job(job=job, actor=actor)


def _finish_if_over(bulk: Bulk) -> None:
    """End a bulk of which no row is open, and tell who began it."""
    rows = Row.objects.filter(bulk=bulk)
    if rows.filter(state__in=[RowState.READY, RowState.WORKING]).exists():
        return
    over(move_bulk(bulk, State.FINISHED, finished_at=Now()))
    done = rows.filter(state=RowState.DONE).count()
    failed = rows.filter(Q(state=RowState.FAILED) | Q(state=RowState.FAULTY)).count()
    announce(
        workspace=bulk.workspace, kind="bulk.ended", subject=bulk, name=bulk.name,
        data={"run": str(bulk.pk), "rows": rows.count(), "succeeded": done, "failed": failed},
        people=[bulk.created_by], path=reverse("dashboard:bulk_page", args=[bulk.workspace.slug, bulk.pk]),
    )  # fmt: skip


def _judge(job_id: UUID) -> None:
    """Have the brand's rules judge what a job made, so that lists show its score."""
    if pieces := list(Asset.objects.filter(job=job_id).select_related("artifact")):
        verdicts_of(pieces)


def look_after() -> None:
    """Do what a process that died left undone: rows whose jobs have ended or are gone, bulks that stand still."""
    working = Row.objects.filter(state=RowState.WORKING).select_related("job")
    for row in working.filter(Q(job__state__in=Job.FINAL) | Q(job=None))[:BATCH]:
        with transaction.atomic():
            if row.job is None:
                Row.objects.filter(pk=row.pk, state=RowState.WORKING).update(state=RowState.READY)
            else:
                end_row(row.job)
    going_on = Bulk.objects.filter(state__in=[State.TRIAL, State.RUNNING])
    for bulk_id in going_on.values_list("pk", flat=True)[:BATCH]:
        top_up(bulk_id)
