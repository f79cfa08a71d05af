"""When something comes round: at a time of the day in a time zone, through the changes of the clock."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A time of the day, on every day, on one day of the week, or on one of the month.

    Attributes:
        weekday: Of a weekly one; 0 is Monday.
        day: Of a monthly one, from 1; where a month has no such day, its last day.
    """

    every: Every
    at: time
    zone: ZoneInfo
    weekday: int = 0
    day: int = 1

    def next(self, after: datetime) -> datetime:
        """Return the first moment strictly after another, in UTC."""
        return next(self.moments(after))

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments after another, in order, in UTC."""
        for day in self._days(after.astimezone(self.zone).date() - timedelta(days=1)):
            moment = self._moment(day)
            if moment > after:
                yield moment

    def first(self, count: int, after: datetime) -> list[datetime]:
        """Return the first moments after another."""
        return list(islice(self.moments(after), count))

    def _days(self, start: date) -> Iterator[date]:
        """Yield the days of the rule from a day on."""
        if self.every == "month":
            year, month = start.year, start.month
            while True:
                day = date(year, month, min(self.day, calendar.monthrange(year, month)[1]))
                if day >= start:
                    yield day
                year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        step = timedelta(days=1)
        if self.every == "week":
            start += timedelta(days=(self.weekday - start.weekday()) % 7)
            step = timedelta(days=7)
        while True:
            yield start
            start += step

    def _moment(self, day: date) -> datetime:
        """Return the rule's time on a day.

        Where the clock is put forward over it, it is as much later; where the clock is put back, it is the first of
        the two.
        """
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo | None:
    """Return the time zone with this name, or None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
