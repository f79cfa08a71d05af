"""What the table says: totals, trend, breakdowns, shares, and who made the change.

Groups keep the order of the rows: sums of floats depend on the order, and the same table must give the same bytes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

import polars as pl

from generators.builtin.report.measures import Measure, measures_of
from generators.builtin.report.roles import FEW, Roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn
from generators.builtin.report.timeline import TRUNCATE, Timeline, timeline_of
from generators.errors import BadData

MOST_DIMENSIONS = 3
MIX_SEGMENTS = 5
MIX_PERIODS = 24
MOST_OTHERS = 0.75  # above this share of others, a chart of the largest segments shows next to nothing


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that share a name in one dimension.

    Attributes:
        name: The name; None for rows without one.
        values: The value of each measure, by its id.
        rows: How many rows there are.
    """

    name: str | None
    values: Mapping[str, float | None]
    rows: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The segments of a dimension over the whole table.

    Attributes:
        dimension: The name of the column.
        segments: The largest in the first measure, largest first.
        others: How many more there are.
        extremes: For each measure's id, the highest and the lowest of all segments, where they differ.
    """

    dimension: str
    segments: tuple[Segment, ...]
    others: int
    extremes: Mapping[str, tuple[Segment, Segment]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one segment did to the change of the first measure from the previous to the latest period."""

    name: str | None
    delta: float
    rows: int


@dataclass(frozen=True, slots=True)
class Change:
    """The change of the first measure, split by a dimension; the contributions add up to it."""

    dimension: str
    contributions: tuple[Contribution, ...]
    others: Contribution | None


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of the largest segments in each period.

    Attributes:
        dimension: The name of the column.
        names: The segments; the last stands for all others where `has_others`.
        starts: The first days of the periods.
        shares: One row for each period, adding up to 1.
        has_others: Whether there are more segments than names.
        leader: The largest of all segments in the last period, and its share.
    """

    dimension: str
    names: tuple[str | None, ...]
    starts: tuple[date, ...]
    shares: tuple[tuple[float, ...], ...]
    has_others: bool
    leader: tuple[str | None, float]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that a report is made of, computed once, without a word in any language."""

    rows: int
    measures: tuple[Measure, ...]
    total: Segment
    timeline: Timeline | None
    breakdowns: tuple[Breakdown, ...]
    ranking: Breakdown | None
    change: Change | None
    mix: Mix | None
    spread: tuple[tuple[float, float, int], ...]
    """How many rows have a first measure from a value (included) to the next; () where all are alike."""
    lowest: float
    unread: Mapping[str, int]
    undated: int
    ambiguous: tuple[str, ...]

    @property
    def main(self) -> Measure:
        """The measure that the report is about."""
        return self.measures[0]

    @property
    def second(self) -> Measure | None:
        """The first ratio, or else the first further measure that has a value."""
        known = [m for m in self.measures[1:] if self.total.values[m.id] is not None]
        return next((m for m in known if m.how == "ratio"), known[0] if known else None)

    @property
    def has_shares(self) -> bool:
        """Whether segments have a share of the first measure: it adds up, and no value is negative."""
        return self.main.adds_up and self.lowest >= 0 and bool(self.total.values[self.main.id])

    def share_of(self, segment: Segment) -> float:
        """Return a segment's share of the first measure, 0 to 1."""
        return (segment.values[self.main.id] or 0.0) / (self.total.values[self.main.id] or 1.0)


def analyse(columns: Mapping[str, TableColumn], roles: Roles, params: ReportParams) -> Analysis:
    """Return what a table says.

    Raises:
        BadData: If there is nothing to count, to add up or to group by.
        BadParams: If the asked period does not fit the data.
    """
    if not (roles.measures or roles.dimensions or roles.time):
        raise BadData(
            "The table has no column of numbers, dates or repeated names, so there is nothing to report. "
            f"Its columns are: {', '.join(columns)}. Add a column of numbers, or name the columns to use."
        )
    frame = _frame(columns, roles)
    measures = measures_of(roles.measures, columns)
    key = columns[roles.time].key if roles.time else ""
    timeline = timeline_of(frame, key, roles.time, measures, params.period) if roles.time else None
    keys = {name: columns[name].key for name in roles.dimensions}
    breakdowns = tuple(
        _breakdown(frame, keys[name], name, measures, params.top_n) for name in roles.dimensions
    )
    finest = max(breakdowns, key=lambda b: len(b.segments) + b.others, default=None)
    first = roles.dimensions[0] if roles.dimensions and measures[0].adds_up else None
    return Analysis(
        rows=frame.height,
        measures=measures,
        total=_segments(frame.with_columns(pl.lit("").alias("_all")), "_all", measures)[0],
        timeline=timeline,
        breakdowns=breakdowns[:MOST_DIMENSIONS],
        ranking=finest,
        change=_change(frame, keys[first], first, key, timeline, measures[0]) if first and timeline else None,
        mix=_mix(frame, keys[first], first, key, timeline, measures[0]) if first and timeline else None,
        spread=_spread(frame, measures[0]),
        lowest=_lowest(frame, measures[0]),
        unread={c.name: c.unread for c in columns.values() if c.unread},
        undated=frame.get_column(key).null_count() if key else 0,
        ambiguous=tuple(c.name for c in columns.values() if c.ambiguous),
    )


def _spread(frame: pl.DataFrame, measure: Measure) -> tuple[tuple[float, float, int], ...]:
    """Return about ten bins of one round width over the values of the rows."""
    if not measure.keys or measure.how == "ratio":
        return ()
    values = frame.get_column(measure.keys[0]).drop_nulls()
    low, high = values.min(), values.max()
    if not isinstance(low, float) or not isinstance(high, float) or low == high:
        return ()
    power = 10.0 ** math.floor(math.log10((high - low) / 8))
    width = next(power * step for step in (1, 2, 5, 10) if power * step * 10 >= high - low)
    counts = (values / width).floor().value_counts().iter_rows()
    found = {int(place): count for place, count in counts}
    places = range(min(found), max(found) + 1)
    return tuple((place * width, (place + 1) * width, found.get(place, 0)) for place in places)


def _lowest(frame: pl.DataFrame, measure: Measure) -> float:
    lowest = frame.get_column(measure.keys[0]).min() if measure.keys else 0.0
    return lowest if isinstance(lowest, float) else 0.0


def _frame(columns: Mapping[str, TableColumn], roles: Roles) -> pl.DataFrame:
    frame = pl.DataFrame({c.key: c.values for c in columns.values()})
    names = [columns[name] for name in roles.dimensions]
    return frame.with_columns(_as_name(column).alias(column.key) for column in names if column.kind != "text")


def _as_name(column: TableColumn) -> pl.Expr:
    values = pl.col(column.key)
    whole = column.kind == "number" and bool((column.values.drop_nulls() % 1 == 0).all())
    return (values.cast(pl.Int64) if whole else values).cast(pl.String)


def _segments(frame: pl.DataFrame, key: str, measures: Sequence[Measure]) -> list[Segment]:
    """Return the segments of a column, largest first in the first measure; equal ones by name."""
    cells = frame.group_by(key, maintain_order=True).agg(
        pl.len().alias("_rows"), *(m.expression() for m in measures)
    )
    ordered = cells.sort([measures[0].id, key], descending=[True, False], nulls_last=True)
    return [
        Segment(row[key], {m.id: row[m.id] for m in measures}, row["_rows"])
        for row in ordered.iter_rows(named=True)
    ]


def _breakdown(
    frame: pl.DataFrame, key: str, name: str, measures: Sequence[Measure], top_n: int
) -> Breakdown:
    segments = _segments(frame, key, measures)
    extremes = {}
    for measure in measures:
        known = [(value, s) for s in segments if (value := s.values[measure.id]) is not None]
        if len({value for value, _ in known}) > 1:
            extremes[measure.id] = (max(known, key=itemgetter(0))[1], min(known, key=itemgetter(0))[1])
    return Breakdown(name, tuple(segments[:top_n]), max(0, len(segments) - top_n), extremes)


def _change(
    frame: pl.DataFrame, key: str, name: str, time: str, timeline: Timeline, measure: Measure
) -> Change | None:
    if timeline.previous is None:
        return None
    start = pl.col(time).dt.truncate(TRUNCATE[timeline.grain])
    of = {"before": timeline.previous, "after": timeline.latest}
    cells = frame.group_by(key, maintain_order=True).agg(
        *(_within(measure, start == day).alias(side) for side, day in of.items()),
        start.is_in(list(of.values())).sum().alias("rows"),
    )
    parts = cells.with_columns((pl.col("after") - pl.col("before")).alias("delta")).filter(pl.col("rows") > 0)
    ordered = parts.sort([pl.col("delta").abs(), pl.col(key)], descending=[True, False], nulls_last=True)
    found = [Contribution(row[key], row["delta"], row["rows"]) for row in ordered.iter_rows(named=True)]
    rest = found[FEW - 1 :] if len(found) > FEW else []
    kept = found[: len(found) - len(rest)]
    others = Contribution(None, sum(c.delta for c in rest), sum(c.rows for c in rest)) if rest else None
    return Change(name, tuple(sorted(kept, key=lambda c: (-c.delta, c.name or ""))), others)


def _within(measure: Measure, condition: pl.Expr) -> pl.Expr:
    """Return the sum of a measure over the rows that meet a condition, 0 where there are none."""
    counted = condition if measure.how == "rows" else pl.col(measure.keys[0]).filter(condition)
    return counted.sum().cast(pl.Float64)


def _mix(
    frame: pl.DataFrame, key: str, name: str, time: str, timeline: Timeline, measure: Measure
) -> Mix | None:
    """Return shares by period, or None where they say nothing: with negative values, one segment or far too many."""
    starts = [s for s, rows in zip(timeline.starts, timeline.rows, strict=True) if rows][-MIX_PERIODS:]
    grouped = frame.with_columns(pl.col(time).dt.truncate(TRUNCATE[timeline.grain]).alias("_start")).filter(
        pl.col("_start").is_in(starts)
    )
    segments = _segments(grouped, key, [measure])
    cells = grouped.group_by(key, "_start", maintain_order=True).agg(measure.expression())
    values = {(row[key], row["_start"]): row[measure.id] or 0.0 for row in cells.iter_rows(named=True)}
    totals = dict.fromkeys(starts, 0.0)
    for (_, start), value in values.items():
        totals[start] += value
    if len(starts) < 2 or len(segments) < 2 or min(values.values()) < 0 or min(totals.values()) <= 0:
        return None
    has_others = len(segments) > MIX_SEGMENTS + 1
    names = [s.name for s in segments[: MIX_SEGMENTS if has_others else MIX_SEGMENTS + 1]]
    shares = [[values.get((n, start), 0.0) / totals[start] for n in names] for start in starts]
    if has_others:
        names.append(None)
        shares = [[*row, max(0.0, 1 - sum(row))] for row in shares]
        if shares[-1][-1] > MOST_OTHERS:
            return None
    last = [(values.get((s.name, starts[-1]), 0.0) / totals[starts[-1]], s.name) for s in segments]
    share, leader = max(last, key=itemgetter(0))
    return Mix(name, tuple(names), tuple(starts), tuple(map(tuple, shares)), has_others, (leader, share))
