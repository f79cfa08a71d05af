"""By whose clock the calendar is read: time zones, and days of 23, 24 or 25 hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.planning.models import CalendarZone
from brandkiln.workspaces.models import Workspace

HOUR = timedelta(hours=1)
MONDAY_ZONES = ("Europe/", "Australia/", "Pacific/Auckland")
_ROWS = CalendarZone.objects.filter(workspace=OuterRef("workspace")).values("time_zone")
ZONE_OF_MEMBER = Coalesce(
    Subquery(_ROWS.filter(user=OuterRef("user"))[:1]), Subquery(_ROWS.filter(user=None)[:1]), Value("UTC")
)
"""The name of the zone that a membership's person reads in: their own, the workspace's, or UTC."""
FIRST_DAYS = (0, 5, 6)
"""The days that weeks begin with somewhere: Monday, Saturday, Sunday."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a day.

    Attributes:
        at: When it begins, in UTC.
        clock: What the clock shows then, from 0 to 23.
        is_again: Whether the clock has shown it before on this day, for it was put back.
    """

    at: datetime
    clock: int
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How somebody reads the calendar.

    Attributes:
        first_day: The day that their weeks begin with, 0 is Monday.
        chosen_day: That day, where they chose one.
    """

    time_zone: str
    first_day: int
    chosen_day: int | None


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of time zones that people choose from."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/"))


def zone(name: str) -> ZoneInfo:
    """Return the time zone with this IANA name.

    Raises:
        Unprocessable: If there is none.
    """
    try:
        return ZoneInfo(name[:64])
    except (ValueError, OSError, KeyError) as error:
        message = _('"%(name)s" is no time zone. Write it like Europe/Berlin.') % {"name": name[:64]}
        raise Unprocessable(message, fields={"time_zone": message}) from error


def zone_for(workspace: Workspace, user: User | None) -> str:
    """Return the name of the zone that a person reads the calendar in: their own, the workspace's, or UTC."""
    return reading_for(workspace, user).time_zone


def reading_for(workspace: Workspace, user: User | None) -> Reading:
    """Return how a person reads the calendar, by what they chose, the workspace's zone and their language."""
    rows = CalendarZone.objects.filter(workspace=workspace)
    known = {row.user_id: row for row in rows.filter(Q(user=user) | Q(user=None))}
    own, shared = known.get(user.pk if user else None), known.get(None)
    name = own.time_zone if own else shared.time_zone if shared else "UTC"
    chosen = own.first_day if own and user else None
    return Reading(name, first_weekday(name) if chosen is None else chosen, chosen)


@transaction.atomic
def set_zone(
    *, workspace: Workspace, user: User | None, time_zone: str, first_day: int | None = None
) -> CalendarZone:
    """Keep the zone of a person, or without one that of everybody who chose none.

    Args:
        first_day: The day that their weeks begin with, 0 is Monday; None leaves it to language and zone.

    Raises:
        Unprocessable: If there is no such zone, or no week begins with that day.
    """
    zone(time_zone)
    if first_day is not None and first_day not in FIRST_DAYS:
        message = _("Weeks begin on Monday, Saturday or Sunday.")
        raise Unprocessable(message, fields={"first_day": message})
    row, _created = CalendarZone.objects.update_or_create(
        workspace=workspace, user=user, defaults={"time_zone": time_zone, "first_day": first_day}
    )
    return row


def at_clock(day: date, clock: time, by: ZoneInfo) -> datetime:
    """Return the moment at which the clock shows a time on a day, in UTC.

    Where the clock is put forward over it, it is as much later; where it is put back, it is the first of the two.
    """
    return datetime.combine(day, clock, by).astimezone(UTC)


def moved_to_day(at: datetime, day: date, by: ZoneInfo) -> datetime:
    """Return the moment on another day at which the clock shows the same time."""
    return at_clock(day, at.astimezone(by).time(), by)


def hours_of(day: date, by: ZoneInfo) -> list[Hour]:
    """Return the hours of a day: 24 of them, 23 where the clock is put forward by an hour, 25 where it is put back."""
    begin, end = at_clock(day, time(), by), at_clock(day + timedelta(days=1), time(), by)
    found: list[Hour] = []
    at = begin
    while at < end:
        clock = at.astimezone(by).hour
        found.append(Hour(at, clock, any(one.clock == clock for one in found)))
        at += HOUR
    return found


def first_weekday(time_zone: str = "UTC") -> int:
    """Return the day that weeks begin with for a reader who chose none: 0 is Monday, 6 is Sunday.

    The language says it. English does not say whose, so the zone does: Monday in Europe, Australia and New Zealand.
    """
    if (get_language() or "").startswith("en") and time_zone.startswith(MONDAY_ZONES):
        return 0
    return (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def week_of(day: date, first: int) -> list[date]:
    """Return the seven days of the week that a day is in."""
    begin = day - timedelta(days=(day.weekday() - first) % 7)
    return [begin + timedelta(days=number) for number in range(7)]


def weeks_of_month(day: date, first: int) -> list[list[date]]:
    """Return the weeks that hold the days of a month; the outer ones reach into the months beside it."""
    begin = day.replace(day=1)
    weeks = [week_of(begin, first)]
    while (following := weeks[-1][-1] + timedelta(days=1)).month == begin.month:
        weeks.append(week_of(following, first))
    return weeks


def month_after(day: date, months: int) -> date:
    """Return the first day of a month so many months later, or earlier where the number is negative."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
