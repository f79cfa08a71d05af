"""Measures by a dimension or by period: compared, shared out and smoothed."""

from functools import partial
from itertools import zip_longest

from generators.builtin.report import charts
from generators.builtin.report.blocks.breakdown import ranked
from generators.builtin.report.blocks.params import Query
from generators.builtin.report.blocks.query_columns import Cells, of_periods, of_segments
from generators.builtin.report.blocks.trend import peak
from generators.builtin.report.colours import Palette
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part, Table
from generators.builtin.report.plots import plot_of
from generators.builtin.report.sentences import latest, year
from generators.builtin.report.subject import Subject


def build(block: Query, subject: Subject) -> Part:
    """Return a table with a column for each number asked for, and a chart of the first."""
    measures = list(dict.fromkeys(map(subject.measure, block.measures))) or [subject.main]
    by_time = block.by == "@time" or (not block.by and not subject.roles.dimensions)
    if by_time:
        found = of_periods(block, subject, measures)
        takeaway = peak(subject, measures[0], subject.course(measures[0]))
    else:
        found = of_segments(block, subject, measures)
        breakdown = subject.breakdown(subject.dimension(block.by), (measures[0],), block.top_n)
        takeaway = ranked(subject, breakdown, measures[0])
    if not any(value is not None for value in found.first):
        raise subject.not_shown("no_values", measure=subject.title(measures[0]))
    course = {"none": "", "previous": latest(subject, measures[0]), "year": year(subject, measures[0])}[
        block.compare
    ]
    figures = (_figure(block, subject, measures[0], found),) if block.show != "table" else ()
    tables = (_table(block, subject, measures[0], found),) if block.show != "chart" else ()
    return Part(
        figures=figures,
        tables=tables,
        takeaway=course or takeaway,
        sentences=(takeaway,) if course and takeaway else (),
    )


def _title(subject: Subject, measure: Measure, found: Cells) -> str:
    if found.by_time:
        return subject.words["trend"].format(measure=subject.title(measure), grain=found.by)
    title = subject.words["by"].format(measure=subject.title(measure), dimension=found.by)
    return f"{title}, {found.period}" if found.period else title


def _table(block: Query, subject: Subject, measure: Measure, found: Cells) -> Table:
    printed = zip_longest(*(column.printed for column in found.columns), fillvalue="")
    values = zip_longest(*(column.values for column in found.columns))
    return Table(
        key=f"{block.id}-table",
        title=_title(subject, measure, found),
        head=(subject.names.title(found.by), *(column.title for column in found.columns)),
        rows=tuple((name, *cells) for name, cells in zip(found.names, printed, strict=True)),
        values=tuple(values),
        codes=tuple(column.code for column in found.columns),
        query=found.query,
        others=subject.words["others"].format(number=subject.formats.count(found.others))
        if found.others
        else "",
        wheres=found.wheres,
    )


def _figure(block: Query, subject: Subject, measure: Measure, found: Cells) -> Figure:
    """Return the first column as bars by segment, and as a line over time; a moving average takes its place."""
    formats = subject.formats
    drawn = found.averages or found.first
    known = [(v, place) for place, v in enumerate(drawn) if v is not None]
    if not known or (found.by_time and len(known) < 2):
        raise subject.not_shown("no_course", measure=subject.title(measure))
    if found.by_time:
        named = {known[-1][1], max(known)[1]}
        labels = [formats.value(v, measure, compact=True) if i in named else "" for i, v in enumerate(drawn)]
        points = [charts.Point(*point) for point in zip(found.ticks, drawn, labels, strict=True)]

        def line(palette: Palette, width: int) -> charts.Spec:
            height = 230 if width > 400 else 190
            return charts.line(points, palette, width, height, lambda value: formats.axis(value, measure))

        draw = line
    else:
        bars = [charts.Bar(found.names[i], v, formats.value(v, measure, compact=True)) for v, i in known]
        draw = partial(charts.bars, bars)
    title = _title(subject, measure, found)
    if found.averages:
        title = subject.words["averaged"].format(title=title, number=formats.count(block.moving_average))
    kept = range(len(drawn)) if found.by_time else [place for _, place in known]
    rows = tuple(
        (found.names[i], formats.value(drawn[i], measure), formats.count(found.rows[i])) for i in kept
    )
    return Figure(
        key=block.id,
        title=title,
        draw=draw,
        plot=plot_of(
            "line" if found.by_time else "bars",
            [(found.ticks if found.by_time else found.names)[i] for i in kept],
            [drawn[i] for i in kept],
            measure,
            subject.title(measure),
        ),
        wide=found.by_time,
        head=(subject.names.title(found.by), subject.title(measure), subject.words["rows"]),
        rows=rows,
        query=found.query,
        wheres=tuple(found.wheres[i] for i in kept),
    )
