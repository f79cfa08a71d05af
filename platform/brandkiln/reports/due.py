"""What is due: the issues that schedules make, and who is told of them. Any number of sweepers may look at once."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandkiln.jobs.models import Job
from brandkiln.jobs.recurring import BATCH, MOST_FAILURES, Course, require_owner
from brandkiln.reports.issues import make_issue
from brandkiln.reports.mail import send_digest, send_failure
from brandkiln.reports.models import Issue, Schedule
from brandkiln.workspaces.members import addresses_of_members, is_active_member


def _idle() -> QuerySet[Schedule]:
    """Return the schedules of which no issue is being made: two of a report are never made at once."""
    idle = Q(last_issue=None) | Q(last_issue__job=None) | Q(last_issue__job__state__in=Job.FINAL)
    rows = Schedule.objects.filter(idle, report__archived_at=None)
    return rows.select_related("report__dataset", "report__workspace", "owner")


def _make(schedule: Schedule) -> None:
    require_owner(schedule)
    issue = make_issue(report=schedule.report, actor=schedule.owner, origin=Issue.Origin.SCHEDULED)
    Schedule.objects.filter(pk=schedule.pk).update(last_issue=issue)


def _tell_owner(schedule: Schedule) -> None:
    """Write to whoever set the schedule, as long as they are a member."""
    if is_active_member(schedule.owner, schedule.workspace_id):
        send_failure(schedule, most=MOST_FAILURES)


COURSE = Course(rows=_idle, make=_make, tell=_tell_owner)


def run_due() -> int:
    """Make the issues that are due and tell of those that have ended; return how many were made."""
    made = COURSE.run_due()
    for key in _ended().values_list("pk", flat=True)[:BATCH]:
        _tell(key)
    return made


def _ended() -> QuerySet[Issue]:
    return Issue.objects.filter(origin=Issue.Origin.SCHEDULED, told_at=None, job__state__in=Job.FINAL)


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
            COURSE.failed(schedule.pk, issue.job.error_message)
            return
        if issue.job.state == Job.State.SUCCEEDED:
            COURSE.succeeded(schedule.pk)
            transaction.on_commit(lambda: _send_digest(schedule, issue), robust=True)


def _send_digest(schedule: Schedule, issue: Issue) -> None:
    members = addresses_of_members(schedule.recipients, schedule.workspace_id)
    unsent = send_digest(issue, [address for address in schedule.recipients if address in members])
    if unsent:
        reason = _("The digest of #%(number)d did not reach %(addresses)s.") % {
            "number": issue.number, "addresses": ", ".join(unsent[:5]),
        }  # fmt: skip
        Schedule.objects.filter(pk=schedule.pk).update(reason=reason[:400])
