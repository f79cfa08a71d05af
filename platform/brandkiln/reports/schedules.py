"""Schedules: when the issues of a report are made, and who gets their digest."""

from collections.abc import Sequence
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.recurring import problems_of
from brandkiln.reports.models import Report, Schedule
from brandkiln.workspaces.members import addresses_of_members
from brandkiln.workspaces.services import record_audit

MOST_RECIPIENTS = 50


@transaction.atomic
def save_schedule(
    *,
    report: Report,
    actor: User,
    every: str,
    at: time = time(8),
    time_zone: str = "UTC",
    weekday: int = 0,
    day: int = 1,
    recipients: Sequence[str] = (),
) -> Schedule:
    """Give the report a schedule, or change the one it has; it is on from then.

    Raises:
        Unprocessable: If the rule is none, or a recipient no member.
    """
    problems = problems_of(every=every, time_zone=time_zone, weekday=weekday, day=day)
    wanted = list(dict.fromkeys(address.strip().lower() for address in recipients if address.strip()))
    members = addresses_of_members(wanted, report.workspace_id)
    if strangers := [address for address in wanted if address not in members]:
        problems["recipients"] = _(
            "A digest goes to members only; these are none: %(addresses)s. Invite them, or share a link."
        ) % {"addresses": ", ".join(strangers[:5])}
    if len(wanted) > MOST_RECIPIENTS:
        problems["recipients"] = _("At most %(most)d people get a digest.") % {"most": MOST_RECIPIENTS}
    if problems:
        raise Unprocessable(" ".join(problems.values()), fields=problems)
    schedule = Schedule.objects.select_for_update().filter(report=report).first() or Schedule(
        report=report, workspace=report.workspace
    )
    schedule.recipients = wanted
    schedule.take_rule(owner=actor, every=every, at=at, time_zone=time_zone, weekday=weekday, day=day)
    record_audit(
        workspace=report.workspace, actor=actor, action="report.scheduled", subject=report.name,
        data={"every": every, "at": at.isoformat("minutes"), "time_zone": time_zone},
    )  # fmt: skip
    return schedule


@transaction.atomic
def pause_schedule(*, schedule: Schedule, actor: User) -> None:
    """Make no more issues until it is resumed."""
    schedule.rest()
    record_audit(
        workspace=schedule.workspace, actor=actor, action="report.paused", subject=schedule.report.name
    )


@transaction.atomic
def resume_schedule(*, schedule: Schedule, actor: User) -> None:
    """Go on with the next moment; what would have been made meanwhile is not made up."""
    schedule.switch_on()
    record_audit(
        workspace=schedule.workspace, actor=actor, action="report.resumed", subject=schedule.report.name
    )


@transaction.atomic
def delete_schedule(*, schedule: Schedule, actor: User) -> None:
    """Make no more issues by themselves."""
    record_audit(
        workspace=schedule.workspace, actor=actor, action="report.unscheduled", subject=schedule.report.name
    )
    schedule.delete()
