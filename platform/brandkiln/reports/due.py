"""What is due: the issues that schedules make, and who is told of them. Any number of sweepers may look at once."""

import logging
from uuid import UUID

from django.db import Error, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.reports.issues import make_issue
from brandkiln.reports.mail import send_digest, send_failure
from brandkiln.reports.models import Issue, Schedule
from brandkiln.reports.schedules import MOST_FAILURES, members_of, rule_of

logger = logging.getLogger(__name__)
BATCH = 50
FINAL = [state for state, following in Job.MOVES.items() if not following]


def run_due() -> int:
    """Make the issues that are due and tell of those that have ended; return how many were made.

    A run that was missed, because nothing ran or because the one before took long, is made up once. The one before
    has to have ended: two issues of a report are never made by its schedule at once.
    """
    made = sum(_tried(key) for key in _due().values_list("pk", flat=True)[:BATCH])
    for key in _ended().values_list("pk", flat=True)[:BATCH]:
        _tell(key)
    return made


def _tried(key: UUID) -> bool:
    """Make the issue of one schedule; a fault of the studio's own counts as a failure and stops no other schedule."""
    try:
        return _run(key)
    except Error:
        raise  # the database is away; the next sweep tries again
    except Exception as error:
        logger.exception("The schedule %s cannot be run", key)
        with transaction.atomic():
            _count_failure(key, f"The studio itself failed at it ({type(error).__name__}: {error}).")
        return False


def _on() -> QuerySet[Schedule]:
    return Schedule.objects.filter(paused_at=None, stopped_at=None, report__archived_at=None)


def _due() -> QuerySet[Schedule]:
    versions = DatasetVersion.objects.filter(dataset=OuterRef("report__dataset"), trashed_at=None)
    newest = versions.order_by("-number").values("pk")[:1]
    has_news = Q(every=Schedule.Every.VERSION) & (
        Q(newest__isnull=False) & (Q(last_version=None) | ~Q(last_version=F("newest")))
    )
    on = _on().annotate(newest=Subquery(newest))
    idle = Q(last_issue=None) | Q(last_issue__job=None) | Q(last_issue__job__state__in=FINAL)
    return on.filter(idle, has_news | Q(due_at__lte=Now())).order_by("due_at", "pk")


def _run(key: UUID) -> bool:
    """Make the issue of one schedule; return False where another sweeper was faster."""
    with transaction.atomic():
        rows = _due().filter(pk=key).annotate(now=Now())
        row = rows.select_related("report__dataset", "report__workspace", "owner").first()
        if row is None:
            return False
        rule = rule_of(row)
        due = rule.next(row.now) if rule else None
        versions = row.report.dataset.versions.filter(trashed_at=None)
        newest = versions.order_by("-number").first()
        # Whoever changes this row first makes the issue; it is the same transaction that submits the job.
        mine = Schedule.objects.filter(
            pk=row.pk, due_at=row.due_at, last_version=row.last_version_id, last_issue=row.last_issue_id
        )
        if not mine.update(due_at=due, last_version=newest):
            return False
        try:
            with transaction.atomic():
                issue = make_issue(report=row.report, actor=row.owner, origin=Issue.Origin.SCHEDULED)
        except StudioError as refusal:
            _count_failure(row.pk, refusal.message)
            return False
        Schedule.objects.filter(pk=row.pk).update(last_issue=issue)
    return True


def _ended() -> QuerySet[Issue]:
    return Issue.objects.filter(origin=Issue.Origin.SCHEDULED, told_at=None, job__state__in=FINAL)


def _tell(key: UUID) -> None:
    """Send the digest of an issue, or say that it failed; once, whoever else is about to."""
    with transaction.atomic():
        # Only columns of the row itself are matched, so that of two who wait for its lock the second changes nothing.
        if not Issue.objects.filter(pk=key, told_at=None).update(told_at=Now()):
            return
        issue = Issue.objects.select_related("job", "report", "workspace", "document").get(pk=key)
        schedule = Schedule.objects.filter(report=issue.report).select_related("owner", "report").first()
        if schedule is None or issue.job is None:
            return
        if issue.job.state == Job.State.FAILED:
            _count_failure(schedule.pk, issue.job.error_message)
            return
        if issue.job.state == Job.State.SUCCEEDED:
            Schedule.objects.filter(pk=schedule.pk).update(failures=0, reason="")
            transaction.on_commit(lambda: _send_digest(schedule, issue), robust=True)


def _send_digest(schedule: Schedule, issue: Issue) -> None:
    members = members_of(schedule.report, schedule.recipients)
    unsent = send_digest(issue, [address for address in schedule.recipients if address in members])
    if unsent:
        reason = _("The digest of #%(number)d did not reach %(addresses)s.") % {
            "number": issue.number, "addresses": ", ".join(unsent[:5]),
        }  # fmt: skip
        Schedule.objects.filter(pk=schedule.pk).update(reason=reason[:400])


def _count_failure(key: UUID, reason: str) -> None:
    """Count a failure in a row; after MOST_FAILURES the schedule stops. Its owner is told each time."""
    Schedule.objects.filter(pk=key).update(failures=F("failures") + 1, reason=reason[:400])
    stopping = Schedule.objects.filter(pk=key, failures__gte=MOST_FAILURES, stopped_at=None)
    stopping.update(stopped_at=Now(), due_at=None)
    schedule = Schedule.objects.select_related("report", "owner", "workspace").get(pk=key)
    logger.warning(
        "The schedule of report %s failed (%d in a row): %s", schedule.report_id, schedule.failures, reason
    )
    transaction.on_commit(lambda: _tell_owner(schedule), robust=True)


def _tell_owner(schedule: Schedule) -> None:
    """Write to whoever set the schedule, as long as they are a member."""
    if schedule.owner and members_of(schedule.report, [schedule.owner.email]):
        send_failure(schedule, most=MOST_FAILURES)
