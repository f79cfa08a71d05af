"""Growth, moving averages, and which period another is compared with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from generators.builtin.report.formats import Grain

YEAR_OF_WEEKS = timedelta(days=364)
"""Whole weeks, so that a Monday is compared with a Monday."""


def compared(
    start: date, starts: Sequence[date], grain: Grain, how: Literal["previous", "year"]
) -> date | None:
    """Return the period that the one beginning on a day is compared with; None where it is not among `starts`."""
    if how == "previous":
        place = starts.index(start) - 1
        return starts[place] if place >= 0 else None
    wanted = start - YEAR_OF_WEEKS if grain in ("day", "week") else start.replace(year=start.year - 1)
    return wanted if wanted in starts else None


def moving_average(values: Sequence[float | None], window: int) -> list[float | None]:
    """Return the mean of each value and the `window` - 1 before it; None before there are so many, and at gaps."""
    averages: list[float | None] = []
    for place in range(len(values)):
        span = values[place - window + 1 : place + 1] if place + 1 >= window else []
        known = [value for value in span if value is not None]
        averages.append(sum(known) / window if known and len(known) == window else None)
    return averages


def growth(before: float | None, after: float | None) -> float | None:
    """Return by how much of itself a positive value changed; None where there is none to compare with."""
    if before is None or after is None or before <= 0:
        return None
    return after / before - 1
