"""Periods: how long they are, which are complete, which are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from generators.builtin.report.formats import Grain
from generators.builtin.report.measures import Measure
from generators.errors import BadParams

GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
TRUNCATE = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
LONGEST_SPAN = {"day": 45, "week": 240, "month": 1_200, "quarter": 4_400}  # days that a trend line shows well
LONGEST_GAP = {"day": 1.5, "week": 8, "month": 32, "quarter": 95}  # days between two dates of the data
MOST_PERIODS = 2_000


@dataclass(frozen=True, slots=True)
class Timeline:
    """The complete periods of a table, oldest first, without holes.

    Attributes:
        column: The name of the time column.
        grain: How long a period is.
        starts: The first day of each period.
        values: For each measure's id, its value in each period; None where there is nothing to compute from.
        rows: The number of rows of each period.
        left_out: First days of periods at either end that the data covers only in part.
        fiscal_start: The month that years and quarters begin in.
    """

    column: str
    grain: Grain
    starts: tuple[date, ...]
    values: Mapping[str, tuple[float | None, ...]]
    rows: tuple[int, ...]
    left_out: tuple[date, ...]
    fiscal_start: int = 1

    def start_of(self, days: pl.Expr) -> pl.Expr:
        """Return the first day of the period that each day is in."""
        return start_of(days, self.grain, self.fiscal_start)

    @property
    def latest(self) -> date:
        return self.starts[-1]

    @property
    def previous(self) -> date | None:
        """The period just before the latest, where it has rows."""
        return self._with_rows(len(self.starts) - 2)

    @property
    def year_before(self) -> date | None:
        """The same month or quarter a year before the latest, where it has rows."""
        if self.grain not in ("month", "quarter"):
            return None
        wanted = self.latest.replace(year=self.latest.year - 1)
        return self._with_rows(self.starts.index(wanted)) if wanted in self.starts else None

    def at(self, start: date, measure: Measure) -> float | None:
        return self.values[measure.id][self.starts.index(start)]

    def rows_at(self, start: date) -> int:
        return self.rows[self.starts.index(start)]

    def _with_rows(self, place: int) -> date | None:
        return self.starts[place] if place >= 0 and self.rows[place] else None


def timeline_of(
    frame: pl.DataFrame,
    key: str,
    column: str,
    measures: Sequence[Measure],
    asked: Grain | Literal["auto"],
    fiscal_start: int = 1,
) -> Timeline | None:
    """Return the timeline of a frame, or None where no row has a date.

    Raises:
        BadParams: If the asked period cuts the data into more periods than a page can show.
    """
    days = frame.get_column(key).drop_nulls().unique().sort()
    if days.len() == 0:
        return None
    first, last = days[0], days[-1]
    gap = _usual_gap(days)
    grain = _grain((last - first).days, gap) if asked == "auto" else asked
    starts = _starts(first, last, grain, fiscal_start)
    dated = frame.filter(pl.col(key).is_not_null())
    cells = dated.group_by(
        start_of(pl.col(key), grain, fiscal_start).alias("start"), maintain_order=True
    ).agg(pl.len().alias("_rows"), *(m.expression() for m in measures))
    found = {row["start"]: row for row in cells.iter_rows(named=True)}
    complete = _complete(starts, first, last, gap, grain)
    return Timeline(
        column=column,
        grain=grain,
        starts=tuple(complete),
        values={m.id: tuple(found.get(start, {}).get(m.id) for start in complete) for m in measures},
        rows=tuple(found.get(start, {}).get("_rows", 0) for start in complete),
        left_out=tuple(start for start in (starts[0], starts[-1]) if start not in complete),
        fiscal_start=fiscal_start,
    )


def start_of(days: pl.Expr, grain: Grain, fiscal_start: int = 1) -> pl.Expr:
    """Return the first day of the period that each day is in; weeks begin on Monday, as in ISO 8601.

    Args:
        days: The days.
        grain: How long a period is.
        fiscal_start: The month that years and quarters begin in.
    """
    later = fiscal_start - 1 if grain in ("quarter", "year") else 0
    if not later:
        return days.dt.truncate(TRUNCATE[grain])
    return (
        days.dt.month_start()
        .dt.offset_by(f"-{later}mo")
        .dt.truncate(TRUNCATE[grain])
        .dt.offset_by(f"{later}mo")
    )


def next_start(start: date, grain: Grain) -> date:
    """Return the first day of the period after the one that begins on a day."""
    if grain in ("day", "week"):
        return start + timedelta(days=1 if grain == "day" else 7)
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _usual_gap(days: pl.Series) -> float:
    """Return the gap between two dates of the data, in days, that nine gaps of ten do not pass."""
    if days.len() < 2:
        return 1
    gap = days.diff().drop_nulls().dt.total_days().quantile(0.9)
    return max(1.0, float(gap or 1))


def _grain(span: int, gap: float) -> Grain:
    for grain in GRAINS[:-1]:
        if span <= LONGEST_SPAN[grain] and gap <= LONGEST_GAP[grain]:
            return grain
    return "year"


def _starts(first: date, last: date, grain: Grain, fiscal_start: int) -> list[date]:
    starts = [pl.select(start_of(pl.lit(first), grain, fiscal_start)).item()]
    while (following := next_start(starts[-1], grain)) <= last:
        starts.append(following)
        if len(starts) > MOST_PERIODS:
            raise BadParams(
                f"The data covers {(last - first).days:,} days: more than {MOST_PERIODS:,} periods of one {grain}. "
                "Choose a longer period, or auto."
            )
    return starts


def _complete(starts: list[date], first: date, last: date, gap: float, grain: Grain) -> list[date]:
    """Return the periods that the data covers to their ends; all of them where fewer than two would be left."""
    reach = timedelta(days=gap)
    kept = list(starts)
    if last + reach < next_start(starts[-1], grain):
        kept = kept[:-1]
    if kept and first - reach >= starts[0]:
        kept = kept[1:]
    return kept if len(kept) >= 2 else starts
