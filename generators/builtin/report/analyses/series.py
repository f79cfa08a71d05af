"""What can be said of one value after another: the year before, and what bridges a gap.

A series holds one value for each period, oldest first, without holes; a value of None is a period without one.
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Grain = Literal["day", "week", "month", "quarter", "year"]
SEASON: Final[dict[Grain, int]] = {"day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Periods after which a usual course begins again: days repeat by the week, the others by the year."""
YEAR: Final[dict[Grain, int]] = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Periods to the same one a year before; for days the same weekday, 52 weeks earlier."""


@dataclass(frozen=True, slots=True)
class YearOverYear:
    """A series beside itself a year before.

    Attributes:
        before: The value a year before each period; None where there is none.
        change: The relative change from it, 0.1 being a tenth more; None where the value before is not above 0.
    """

    before: tuple[float | None, ...]
    change: tuple[float | None, ...]


def year_over_year(values: pl.Series, grain: Grain) -> YearOverYear:
    """Return a series beside itself a year before."""
    now = values.cast(pl.Float64)
    before = now.shift(YEAR[grain])
    change = pl.select(pl.when(before > 0).then(now / before - 1)).to_series()
    return YearOverYear(tuple(before.to_list()), tuple(change.to_list()))


def filled(values: pl.Series) -> pl.Series:
    """Return a series whose gaps are bridged by straight lines; the ends take the nearest value."""
    return values.cast(pl.Float64).interpolate().fill_null(strategy="forward").fill_null(strategy="backward")
