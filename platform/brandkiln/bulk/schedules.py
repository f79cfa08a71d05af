"""Schedules of bulks: the same templates and columns with the newest data, as often as somebody says."""

from datetime import time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.bulk.models import Bulk, Row, Schedule
from brandkiln.bulk.reading import begin_reading, read_on
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.languages import in_language_of
from brandkiln.core.models import User
from brandkiln.jobs.recurring import MOST_FAILURES, Course, problems_of, require_owner
from brandkiln.notifications.services import announce
from brandkiln.workspaces.services import record_audit

State = Bulk.State


@transaction.atomic
def save_schedule(
    *,
    bulk: Bulk,
    actor: User,
    every: str,
    at: time = time(8),
    time_zone: str = "UTC",
    weekday: int = 0,
    day: int = 1,
) -> Schedule:
    """Have the bulk run again by itself, or change how often; the schedule is on from then, in the actor's name.

    Raises:
        Unprocessable: If the rule is none.
        Conflict: If its rows are not those of a data set, or it was never let go.
    """
    if bulk.dataset_version is None:
        raise Conflict(
            _(
                "Its rows came from a file, which has no newer version. "
                "Bring the table as a data set, and set up a bulk of that."
            )
        )
    if bulk.state in (State.DRAFT, State.TRIAL):
        raise Conflict(
            _("It was never run. Look at its dry run and let it go first; then it can be repeated.")
        )
    if problems := problems_of(every=every, time_zone=time_zone, weekday=weekday, day=day):
        raise Unprocessable(" ".join(problems.values()), fields=problems)
    schedule = Schedule.objects.select_for_update().filter(bulk=bulk).first() or Schedule(
        bulk=bulk, workspace=bulk.workspace, source=bulk.dataset_version.dataset
    )
    schedule.take_rule(owner=actor, every=every, at=at, time_zone=time_zone, weekday=weekday, day=day)
    _audit(schedule, actor, "bulk.scheduled", every=every, at=at.isoformat("minutes"), time_zone=time_zone)
    return schedule


@transaction.atomic
def pause_schedule(*, schedule: Schedule, actor: User) -> None:
    """Run it no more until the schedule is switched on."""
    schedule.rest()
    _audit(schedule, actor, "bulk_schedule.paused")


@transaction.atomic
def resume_schedule(*, schedule: Schedule, actor: User) -> None:
    """Go on with the next moment; what would have run meanwhile is not made up."""
    schedule.switch_on()
    _audit(schedule, actor, "bulk_schedule.resumed")


@transaction.atomic
def delete_schedule(*, schedule: Schedule, actor: User) -> None:
    """Run it by itself no more; what its runs made stays."""
    _audit(schedule, actor, "bulk.unscheduled")
    schedule.delete()


def _audit(schedule: Schedule, actor: User, action: str, **data: str) -> None:
    name = schedule.bulk.name
    record_audit(workspace=schedule.workspace, actor=actor, action=action, subject=name, data=data)


def _idle() -> QuerySet[Schedule]:
    """Return the schedules whose last run is over, or rests: one is never begun beside one that goes on."""
    rows = Schedule.objects.filter(Q(last_run=None) | ~Q(last_run__state__in=[State.READING, State.RUNNING]))
    return rows.select_related(
        "bulk__workspace", "bulk__project", "bulk__dataset_version__dataset", "source", "owner", "workspace"
    )


def _make(schedule: Schedule) -> None:
    """Begin the next run: the newest templates, the columns as they were matched; its rows are taken by and by."""
    owner = require_owner(schedule)
    with in_language_of(owner):
        version = schedule.newest
        if version is None:
            raise Conflict(_("The data set has no version any more."))
        today = timezone.localdate(timezone=schedule.rule.zone) if schedule.rule else timezone.localdate()
        run = begin_reading(schedule=schedule, version=version, actor=owner, day=today)
        Schedule.objects.filter(pk=schedule.pk).update(last_run=run)


def _tell(schedule: Schedule) -> None:
    """Tell whoever set it that a run failed, and whether the schedule stopped."""
    stopped = schedule.stopped_at is not None
    announce(
        workspace=schedule.workspace, kind="bulk.not_run", subject=schedule, name=schedule.bulk.name,
        data={"schedule": str(schedule.bulk_id), "message": schedule.reason, "failures": schedule.failures,
              "stopped": stopped, "most": MOST_FAILURES},
        people=[schedule.owner], path=reverse("dashboard:bulk_page", args=[schedule.workspace.slug, schedule.bulk_id]),
    )  # fmt: skip


COURSE = Course(rows=_idle, make=_make, tell=_tell)


def run_due() -> int:
    """Begin the bulks that are due and go on taking the rows of those begun; return how many were due."""
    begun = COURSE.run_due()
    for key, reason in read_on().items():
        with transaction.atomic():
            COURSE.failed(key, reason)
    return begun


def run_over(bulk: Bulk) -> None:
    """Note what became of a scheduled run that has ended or paused by itself; called as it does."""
    if bulk.made_by_id is None:
        return
    if bulk.state == State.PAUSED:
        COURSE.failed(bulk.made_by_id, bulk.reason)
    elif bulk.state == State.FINISHED:
        rows = Row.objects.filter(bulk=bulk)
        if rows.filter(state=Row.State.DONE).exists():
            COURSE.succeeded(bulk.made_by_id)
        else:
            message = rows.exclude(message="").values_list("message", flat=True).first() or ""
            COURSE.failed(bulk.made_by_id, _("No row could be made: %(why)s") % {"why": message})
