"""The calendar as a page shows it: days of a month, hours of a week, or a list, with the entries on them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brandkiln.planning.channels import CHANNELS, title_of
from brandkiln.planning.conflicts import Looked
from brandkiln.planning.zones import (
    at_clock,
    hours_of,
    month_after,
    week_of,
    weeks_of_month,
)

VIEWS = ("month", "week", "list")
LIST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Card:
    """One entry on the page."""

    looked: Looked
    clock: str
    """The time in the zone of the page."""
    day: date
    channel: str
    icon: str

    @property
    def troubles(self) -> str:
        """What stands against it, in one line."""
        return " ".join(trouble.text for trouble in self.looked.troubles)


@dataclass(frozen=True, slots=True)
class HourCell:
    """An hour of a day in the week; `at` is the moment at which it begins."""

    at: datetime
    clock: int
    is_again: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day; its hours are there in the week only."""

    day: date
    cards: tuple[Card, ...]
    is_today: bool
    is_outside: bool = False
    hours: tuple[tuple[HourCell, ...], ...] = ()
    """For each of the 24 hours of the clock the one, two or no hours that have it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A page of the calendar.

    Attributes:
        begin, end: The moments between which its entries lie, the end not included.
        before, after: The days that the pages beside it are asked for by.
    """

    view: str
    title: str
    begin: datetime
    end: datetime
    before: date
    after: date
    days: tuple[date, ...]
    month: int
    zone: ZoneInfo
    today: date

    def cells(self, looked: Iterable[Looked]) -> list[DayCell]:
        """Return the page's days with the entries on them."""
        by_day: dict[date, list[Card]] = defaultdict(list)
        for one in looked:
            card = _card(one, self.zone)
            by_day[card.day].append(card)
        return [
            DayCell(
                day, tuple(by_day[day]), day == self.today, self.view == "month" and day.month != self.month,
                _hours(day, self.zone, by_day[day]) if self.view == "week" else (),
            )
            for day in self.days
            if self.view != "list" or by_day[day]
        ]  # fmt: skip


def grid_of(view: str, day: date | None, zone: ZoneInfo, first: int) -> Grid:
    """Return the page of a view that a day is on; without a day, today's.

    Args:
        first: The day that weeks begin with, 0 is Monday.
    """
    today = timezone.now().astimezone(zone).date()
    day = day or today
    if view == "week":
        days = week_of(day, first)
        before, after = days[0] - timedelta(days=7), days[0] + timedelta(days=7)
        title = _("%(begin)s to %(end)s") % {"begin": _day_text(days[0]), "end": _day_text(days[-1])}
    elif view == "list":
        days = [day + timedelta(days=number) for number in range(LIST_DAYS)]
        before, after = day - timedelta(days=LIST_DAYS), day + timedelta(days=LIST_DAYS)
        title = _("%(begin)s to %(end)s") % {"begin": _day_text(days[0]), "end": _day_text(days[-1])}
    else:
        view, days = "month", [one for week in weeks_of_month(day, first) for one in week]
        before, after = month_after(day, -1), month_after(day, 1)
        title = date_format(day, "YEAR_MONTH_FORMAT")
    begin = at_clock(days[0], time(), zone)
    end = at_clock(days[-1] + timedelta(days=1), time(), zone)
    return Grid(view, title, begin, end, before, after, tuple(days), day.month, zone, today)


def weekdays(days: Sequence[date]) -> list[tuple[str, str]]:
    """Return the names of the first seven days, short and in full."""
    return [(date_format(day, "D"), date_format(day, "l")) for day in days[:7]]


def _card(looked: Looked, zone: ZoneInfo) -> Card:
    entry = looked.entry
    local = entry.at.astimezone(zone)
    channel = CHANNELS.get(entry.channel)
    icon = channel.icon if channel else "send"
    return Card(looked, f"{local:%H:%M}", local.date(), title_of(entry.channel), icon)


def _hours(day: date, zone: ZoneInfo, cards: Sequence[Card]) -> tuple[tuple[HourCell, ...], ...]:
    begun: dict[datetime, list[Card]] = defaultdict(list)
    hours = hours_of(day, zone)
    for card in cards:
        at = card.looked.entry.at.astimezone(UTC)
        begun[max((hour.at for hour in hours if hour.at <= at), default=hours[0].at)].append(card)
    return tuple(
        tuple(
            HourCell(hour.at, hour.clock, hour.is_again, tuple(begun[hour.at]))
            for hour in hours
            if hour.clock == clock
        )
        for clock in range(24)
    )


def _day_text(day: date) -> str:
    return date_format(day, _("j M Y"))
