"""Whether groups differ from a first one, with intervals."""

import math
from dataclasses import dataclass

import polars as pl

from generators.builtin.report.analyses.distributions import student_quantile
from generators.builtin.report.analyses.groups import (
    LEVEL,
    Difference,
    Interval,
    means_differ,
    rates_differ,
    wilson,
)
from generators.builtin.report.blocks.analysis_params import Uplift
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_parts import Span, intervals
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import COUNT, SHARE, Plot, Series, code_of
from generators.builtin.report.roles import YES
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition

CONTROL = ("control", "a", "baseline", "none", "对照", "对照组")
MOST_GROUPS = 6
LEAST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its rate or its mean."""

    name: str
    size: int
    value: float
    hits: int = 0
    variance: float = 0.0

    def interval(self, *, rate: bool) -> Interval:
        if rate:
            return wilson(self.hits, self.size)
        reach = student_quantile((1 + LEVEL) / 2, self.size - 1) * math.sqrt(self.variance / self.size)
        return Interval(self.value - reach, self.value + reach)


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: its name, how it is printed, and the groups, the one that others are held against first."""

    title: str
    measure: Measure
    rate: bool
    query: str
    groups: tuple[Group, ...]


def build(block: Uplift, subject: Subject) -> Part:
    """Return each group's rate or mean with its interval, and a table of the differences."""
    dimension = subject.column(block.group)
    found = _compared(block, subject, dimension)
    first, *others = found.groups
    level = 1 - (1 - LEVEL) / max(1, len(others))
    differences = [(group, _difference(first, group, level, rate=found.rate)) for group in others]
    known = [(group, difference) for group, difference in differences if difference]
    if not known:
        raise subject.not_shown("no_groups")
    own = Own(block, subject)
    takeaway, *sentences = _told(own, subject, found, known)
    return Part(
        figures=(_figure(block, subject, dimension, found, known),),
        tables=(_table(block, subject, dimension, found, known),),
        takeaway=takeaway,
        sentences=tuple(sentences),
    )


def _compared(block: Uplift, subject: Subject, dimension: str) -> Compared:
    column = subject.column(block.measure) if block.measure and not block.measure.startswith("@") else ""
    if column and subject.columns[column].kind != "number":
        return _rates(block, subject, dimension, column)
    measure = subject.measure(block.measure)
    if not measure.keys or measure.how == "ratio":
        raise subject.not_shown("not_two", column=subject.names.measure(measure))
    value = pl.col(measure.keys[0])
    key = subject.key(dimension)
    cells = (
        subject.by_name(dimension)
        .drop_nulls(key)
        .group_by(key, maintain_order=True)
        .agg(value.count().alias("size"), value.mean().alias("value"), value.var().alias("variance"))
    )
    groups = [
        Group(row[key], row["size"], row["value"], variance=row["variance"] or 0.0)
        for row in cells.iter_rows(named=True)
        if row["size"] >= LEAST_ROWS
    ]
    query = f'avg("{measure.columns[0]}") group by "{subject.names.column(dimension)}"'
    return Compared(subject.title(measure), measure, False, query, _ordered(block, subject, groups))


def _rates(block: Uplift, subject: Subject, dimension: str, column: str) -> Compared:
    names = subject.frame.get_column(subject.key(column)).drop_nulls().unique(maintain_order=True).to_list()
    if len(names) != 2 and block.success not in names:
        raise subject.not_shown("not_two", column=subject.names.column(column))
    success = block.success or next((n for n in names if str(n).strip().lower() in YES), sorted(names)[-1])
    key, hit = subject.key(dimension), pl.col(subject.key(column))
    rows = subject.by_name(dimension).drop_nulls([key, subject.key(column)])
    cells = rows.group_by(key, maintain_order=True).agg(
        pl.len().alias("size"), (hit == success).sum().alias("hits")
    )
    groups = [
        Group(row[key], row["size"], row["hits"] / row["size"], hits=row["hits"])
        for row in cells.iter_rows(named=True)
        if row["size"] >= LEAST_ROWS
    ]
    named = f"{subject.names.column(column)}: {subject.names.segment(success)}"
    measure = Measure(f"{block.id}.rate", named, "mean", (column,), unit="percent")
    query = f'count where "{column}" is "{success}", divided by count, group by "{subject.names.column(dimension)}"'
    return Compared(named, measure, True, query, _ordered(block, subject, groups))


def _ordered(block: Uplift, subject: Subject, groups: list[Group]) -> tuple[Group, ...]:
    """Return the group that others are held against, then the largest others."""
    if len(groups) < 2:
        raise subject.not_shown("no_groups")
    by_size = sorted(groups, key=lambda group: (-group.size, group.name))
    wanted = [block.control] if block.control else list(CONTROL)
    first = next((g for g in by_size if g.name.strip().lower() in [w.lower() for w in wanted]), by_size[0])
    return (first, *[group for group in by_size if group != first][: MOST_GROUPS - 1])


def _difference(first: Group, group: Group, level: float, *, rate: bool) -> Difference | None:
    if rate:
        return rates_differ(first.hits, first.size, group.hits, group.size, level)
    one, other = ((side.value, side.variance, side.size) for side in (first, group))
    return means_differ(one, other, level)


def _figure(
    block: Uplift, subject: Subject, dimension: str, found: Compared, known: list[tuple[Group, Difference]]
) -> Figure:
    formats, words, names = subject.formats, subject.words, subject.names
    shown = [(found.groups[0], True), *((group, d.verdict == "same") for group, d in known)]
    spans, rows = [], []
    for group, plain in shown:
        side = group.interval(rate=found.rate)
        ends = [formats.value(v, found.measure, compact=True) for v in (side.low, side.high)]
        value = formats.value(group.value, found.measure, compact=True)
        printed = words["bin"].format(low=ends[0], high=ends[1])
        spans.append(
            Span(names.segment(group.name), group.value, side.low, side.high, f"{value} ({printed})", plain)
        )
        rows.append((names.segment(group.name), value, printed, formats.count(group.size)))
    column = names.column(dimension)
    return Figure(
        key=block.id,
        title=words["uplift"].format(measure=found.title, dimension=column),
        draw=lambda palette, width: intervals(spans, palette, width),
        plot=Plot(
            "bars",
            tuple(span.name for span in spans),
            (Series(found.title, tuple(span.value for span in spans)),),
            SHARE if found.rate else code_of(found.measure, [span.value for span in spans]),
        ),
        wide=True,
        head=(names.title(column), found.title, words["interval"], words["rows"]),
        rows=tuple(rows),
        query=found.query,
        wheres=tuple(subject.where(Condition(dimension, (group.name,))) for group, _ in shown),
    )


def _table(
    block: Uplift, subject: Subject, dimension: str, found: Compared, known: list[tuple[Group, Difference]]
) -> Table:
    words, formats, names = subject.words, subject.formats, subject.names
    first = names.segment(found.groups[0].name)
    rows = []
    for group, one in known:
        low, high = (_signed(subject, found, v) for v in (one.interval.low, one.interval.high))
        needed = formats.count(one.needed) if one.needed and one.verdict == "same" else ""
        printed = words["bin"].format(low=low, high=high)
        rows.append(
            (
                names.segment(group.name),
                _signed(subject, found, one.difference),
                printed,
                words[one.verdict],
                needed,
            )
        )
    return Table(
        key=f"{block.id}-differences",
        title=f"{words['difference']}: {words['control']} {first}",
        head=(
            names.title(names.column(dimension)),
            words["difference"],
            words["interval"],
            words["verdict"],
            words["needed"],
        ),
        rows=tuple(rows),
        values=tuple(
            (d.difference, None, None, float(d.needed) if d.needed and d.verdict == "same" else None)
            for _, d in known
        ),
        codes=(SHARE if found.rate else "#,##0.00", "@", "@", COUNT),
        query="difference of rates (Newcombe) " if found.rate else "difference of means (Welch)",
        wheres=tuple(
            subject.where(Condition(dimension, (found.groups[0].name, group.name))) for group, _ in known
        ),
    )


def _signed(subject: Subject, found: Compared, value: float) -> str:
    if found.rate:
        return ("+" if value > 0 else "−" if value < 0 else "") + subject.formats.points(value)
    return subject.formats.signed(value, found.measure, compact=True)


def _told(own: Own, subject: Subject, found: Compared, known: list[tuple[Group, Difference]]) -> list[str]:
    a, k = own.name("group", found.groups[0].name), own.words("measure", subject.names.measure(found.measure))
    query = f"{found.query}: difference"
    level, drafts = own.level(), []
    for place, (group, one) in enumerate(known):
        d, low, high = (
            own.number(f"{name}.{place}", _signed(subject, found, value), value, query, role="count")
            for name, value in (("d", one.difference), ("low", one.interval.low), ("high", one.interval.high))
        )
        sides = {"b": own.name("group", group.name), "a": a, "k": k, "d": d, "low": low, "high": high}
        if one.verdict == "same":
            drafts.append(subject.draft("uplift_same", **sides))
            if one.needed and len(known) == 1:
                n = own.count("needed", one.needed, "rows of each group, for a power of 0.8")
                drafts.append(subject.draft("uplift_needed", d=d, n=n))
        else:
            drafts.append(subject.draft("uplift_apart", level=level, **sides))
    if len(known) > 1:
        drafts.append(subject.draft("uplift_many", a=a, level=level))
    return drafts
