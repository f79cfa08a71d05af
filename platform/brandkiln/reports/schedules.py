"""Schedules: when the issues of a report are made, and who gets their digest."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import cast

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.moments import Every, Rule, zone_of
from brandkiln.reports.models import Report, Schedule
from brandkiln.workspaces.models import Membership
from brandkiln.workspaces.services import record_audit

MOST_FAILURES = 3
"""After so many in a row a schedule stops until somebody switches it on again."""
MOST_RECIPIENTS = 50


def rule_of(schedule: Schedule) -> Rule | None:
    """Return when the schedule comes round, or None where it waits for data."""
    if schedule.every == Schedule.Every.VERSION:
        return None
    zone = zone_of(schedule.time_zone) or zone_of("UTC")
    assert zone is not None
    return Rule(cast(Every, schedule.every), schedule.at, zone, schedule.weekday, schedule.day)


def next_runs(schedule: Schedule, count: int = 5) -> list[datetime]:
    """Return the next moments at which an issue is made."""
    rule = rule_of(schedule)
    if rule is None or schedule.due_at is None or not schedule.is_on:
        return []
    return [schedule.due_at, *rule.first(count - 1, max(schedule.due_at, timezone.now()))]


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
    problems = {}
    if every not in Schedule.Every.values:
        problems["every"] = _("%(every)s is none of %(known)s.") % {
            "every": every, "known": ", ".join(Schedule.Every.values),
        }  # fmt: skip
    if zone_of(time_zone) is None:
        problems["time_zone"] = _("There is no time zone %(zone)s; one is Europe/Berlin.") % {
            "zone": time_zone
        }
    if not 0 <= weekday <= 6:
        problems["weekday"] = _("A weekday is from 0, Monday, to 6; %(day)s is not.") % {"day": weekday}
    if not 1 <= day <= 31:
        problems["day"] = _("A day of the month is from 1 to 31; %(day)s is not.") % {"day": day}
    wanted = list(dict.fromkeys(address.strip().lower() for address in recipients if address.strip()))
    members = members_of(report, wanted)
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
    schedule.every, schedule.at, schedule.time_zone = every, at.replace(tzinfo=None), time_zone
    schedule.weekday, schedule.day, schedule.recipients = weekday, day, wanted
    schedule.owner = actor
    _switch_on(schedule)
    record_audit(
        workspace=report.workspace, actor=actor, action="report.scheduled", subject=report.name,
        data={"every": every, "at": at.isoformat("minutes"), "time_zone": time_zone},
    )  # fmt: skip
    return schedule


def members_of(report: Report, addresses: Sequence[str]) -> set[str]:
    """Return those of the addresses that are of active members of the report's workspace."""
    members = Membership.objects.filter(
        workspace=report.workspace_id, user__is_active=True, user__email__in=list(addresses)
    )
    return set(members.values_list("user__email", flat=True))


@transaction.atomic
def pause_schedule(*, schedule: Schedule, actor: User) -> None:
    """Make no more issues until it is resumed."""
    Schedule.objects.filter(pk=schedule.pk, paused_at=None).update(paused_at=Now(), due_at=None)
    record_audit(
        workspace=schedule.workspace, actor=actor, action="report.paused", subject=schedule.report.name
    )


@transaction.atomic
def resume_schedule(*, schedule: Schedule, actor: User) -> None:
    """Go on with the next moment; what would have been made meanwhile is not made up."""
    _switch_on(schedule)
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


def _switch_on(schedule: Schedule) -> None:
    rule = rule_of(schedule)
    schedule.paused_at = schedule.stopped_at = None
    schedule.failures, schedule.reason = 0, ""
    schedule.due_at = rule.next(timezone.now()) if rule else None
    newest = schedule.report.dataset.versions.filter(trashed_at=None).order_by("-number").first()
    schedule.last_version = newest
    schedule.save()
