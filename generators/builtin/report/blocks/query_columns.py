"""The columns of a query's table: values, what they are compared with, growth, shares and moving averages."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.report.analyses.growth import compared, growth, moving_average
from generators.builtin.report.analyses.segments import Segment, segments_of
from generators.builtin.report.blocks.params import Query
from generators.builtin.report.formats import MINUS, NOTHING
from generators.builtin.report.measures import Measure
from generators.builtin.report.plots import COUNT, SHARE, code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition, Where, matching

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: its title, the numbers, how they are printed, and how Excel prints them."""

    title: str
    values: tuple[float | None, ...]
    printed: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Cells:
    """What a query found.

    Attributes:
        by: What the rows are: the dimension or the length of the periods.
        by_time: Whether they are periods.
        names, ticks: The names of the rows, in full and short.
        first: The values of the first measure.
        averages: Their moving averages, or ().
        rows: How many rows of the data each was computed from.
        wheres: Which those are.
        others: How many segments are left out.
        period: Which period segments are measured in, where it is not all the time.
    """

    by: str
    by_time: bool
    names: tuple[str, ...]
    ticks: tuple[str, ...]
    columns: tuple[Column, ...]
    first: tuple[float | None, ...]
    averages: tuple[float | None, ...]
    rows: tuple[int, ...]
    wheres: tuple[Where, ...]
    query: str
    others: int = 0
    period: str = ""


def of_periods(block: Query, subject: Subject, measures: Sequence[Measure]) -> Cells:
    """Return a row for each period.

    Raises:
        NotShown: If there are no periods.
    """
    timeline, formats, words = subject.periods(), subject.formats, subject.words
    kept = range(max(0, len(timeline.starts) - block.last) if block.last else 0, len(timeline.starts))
    first, values = measures[0], timeline.values
    columns, averages = [], []
    for measure in measures:
        course = values[measure.id]
        columns.append(_values(subject, subject.title(measure), [course[i] for i in kept], measure))
        if block.compare != "none":
            with_ = [
                compared(timeline.starts[i], timeline.starts, timeline.grain, block.compare) for i in kept
            ]
            before = [timeline.at(start, measure) if start else None for start in with_]
            columns.append(_change(block, subject, before, [course[i] for i in kept], measure, len(measures)))
    if block.moving_average:
        averages = [moving_average(values[first.id], block.moving_average)[i] for i in kept]
        title = words["average_of"].format(number=formats.count(block.moving_average))
        columns.append(_values(subject, title, averages, first))
    if block.share and subject.has_shares(first):
        whole = subject.value(first) or 1.0
        columns.append(
            _shares(subject, [None if (v := values[first.id][i]) is None else v / whole for i in kept])
        )
    rows = tuple(timeline.rows[i] for i in kept)
    columns.append(_counts(subject, rows))
    starts = [timeline.starts[i] for i in kept]
    queries = ", ".join(m.query() for m in measures)
    return Cells(
        by=words[timeline.grain],
        by_time=True,
        names=tuple(formats.period(start, timeline.grain) for start in starts),
        ticks=tuple(formats.tick(start, timeline.grain) for start in starts),
        columns=tuple(columns),
        first=tuple(values[first.id][i] for i in kept),
        averages=tuple(averages),
        rows=rows,
        wheres=tuple(subject.where(subject.find.span(start)) for start in starts),
        query=f'{queries} group by {timeline.grain}("{subject.names.column(timeline.column)}")',
    )


def of_segments(block: Query, subject: Subject, measures: Sequence[Measure]) -> Cells:
    """Return a row for each of the largest segments; where they are compared, in the latest period.

    Raises:
        NotShown: If there is no dimension, or nothing to compare with.
    """
    dimension, first, period = subject.dimension(block.by), measures[0], ""
    frame, key, before = subject.by_name(dimension), subject.key(dimension), None
    time: Where = ()
    keys = {name: column.key for name, column in subject.columns.items()}
    if block.compare != "none":
        timeline = subject.periods()
        start = compared(timeline.latest, timeline.starts, timeline.grain, block.compare)
        if start is None:
            raise subject.not_shown("no_previous")
        time = (subject.find.span(timeline.latest),)
        period = subject.formats.period(timeline.latest, timeline.grain)
        earlier = frame.filter(matching((subject.find.span(start),), keys, frame))
        before = {s.name: s for s in segments_of(earlier, key, measures)}
        frame = frame.filter(matching(time, keys, frame))
    segments = segments_of(frame, key, measures)
    kept = segments[: block.top_n or subject.params.top_n]
    columns = []
    for measure in measures:
        now = [s.values[measure.id] for s in kept]
        columns.append(_values(subject, subject.title(measure), now, measure))
        if before is not None:
            then = [_value(before.get(s.name), measure) for s in kept]
            columns.append(_change(block, subject, then, now, measure, len(measures)))
    if block.share and first.adds_up:
        known = [s.values[first.id] or 0.0 for s in segments]
        whole = math.fsum(known)
        if whole and min(known) >= 0:
            columns.append(_shares(subject, [(s.values[first.id] or 0.0) / whole for s in kept]))
    rows = tuple(s.rows for s in kept)
    columns.append(_counts(subject, rows))
    names = tuple(subject.names.segment(s.name) for s in kept)
    queries = ", ".join(m.query() for m in measures)
    column = subject.names.column(dimension)
    return Cells(
        by=column,
        by_time=False,
        names=names,
        ticks=names,
        columns=tuple(columns),
        first=tuple(s.values[first.id] for s in kept),
        averages=(),
        rows=rows,
        wheres=tuple(subject.where(Condition(dimension, (s.name,)), *time) for s in kept),
        query=f'{queries} group by "{column}" order by {first.query()} desc limit {len(kept)}',
        others=len(segments) - len(kept),
        period=period,
    )


def _value(segment: Segment | None, measure: Measure) -> float | None:
    return segment.values[measure.id] if segment else None


def _values(subject: Subject, title: str, values: Values, measure: Measure) -> Column:
    printed = tuple(subject.formats.value(value, measure) for value in values)
    return Column(title, tuple(values), printed, code_of(measure, values))


def _change(
    block: Query, subject: Subject, before: Values, after: Values, measure: Measure, count: int
) -> Column:
    """Return growth; of percentages, the difference in points."""
    formats, title = subject.formats, subject.words[f"against_{block.compare}"]
    if count > 1:
        title = f"{subject.title(measure)}: {title}"
    if measure.unit == "percent":
        points = [None if a is None or b is None else b - a for a, b in zip(before, after, strict=True)]
        printed = tuple(NOTHING if p is None else _signed(p, formats.points(p)) for p in points)
        return Column(title, tuple(points), printed, SHARE)
    grown = [growth(a, b) for a, b in zip(before, after, strict=True)]
    printed = tuple(NOTHING if g is None else _signed(g, formats.percent(abs(g))) for g in grown)
    return Column(title, tuple(grown), printed, SHARE)


def _signed(value: float, size: str) -> str:
    """Return a printed size with the sign of its value; what rounds to nothing has none."""
    if not any(digit in size for digit in "123456789"):
        return size
    return f"+{size}" if value > 0 else f"{MINUS}{size}"


def _shares(subject: Subject, shares: Values) -> Column:
    printed = tuple(NOTHING if share is None else subject.formats.percent(share) for share in shares)
    return Column(subject.words["share"], tuple(shares), printed, SHARE)


def _counts(subject: Subject, rows: Sequence[int]) -> Column:
    return Column(
        subject.words["rows"], tuple(map(float, rows)), tuple(map(subject.formats.count, rows)), COUNT
    )
