"""A measure over time beside itself a year before."""

import polars as pl

from generators.builtin.report.analyses.series import year_over_year
from generators.builtin.report.blocks.analysis_params import YearOverYear
from generators.builtin.report.charts_time import Line, lines
from generators.builtin.report.formats import NOTHING
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import Plot, Series, code_of
from generators.builtin.report.sentences import year
from generators.builtin.report.subject import Subject


def build(block: YearOverYear, subject: Subject) -> Part:
    """Return two lines: the periods that have one a year before, and those."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    values = subject.course(measure)
    found = year_over_year(pl.Series(values, dtype=pl.Float64), timeline.grain)
    places = [i for i, before in enumerate(found.before) if before is not None]
    if len(places) < 2:
        raise subject.not_shown("no_year_before")
    shown = range(places[0], len(values))
    formats, words, grain = subject.formats, subject.words, timeline.grain
    now, before = tuple(values[i] for i in shown), tuple(found.before[i] for i in shown)
    starts = [timeline.starts[i] for i in shown]
    ticks = [formats.tick(start, grain) for start in starts]
    drawn = (Line(before, words["a_year_before"], "muted", dashed=True), Line(now, words["now"]))
    change = [found.change[i] for i in shown]
    figure = Figure(
        key=block.id,
        title=words["year_over_year"].format(measure=subject.title(measure)),
        draw=lambda palette, width: lines(drawn, ticks, palette, width, lambda v: formats.axis(v, measure)),
        plot=Plot(
            "line",
            tuple(ticks),
            (Series(words["now"], now), Series(words["a_year_before"], before, dashed=True)),
            code_of(measure, values),
        ),
        wide=True,
        head=(subject.names.title(words[grain]), words["now"], words["a_year_before"], words["change_head"]),
        rows=tuple(
            (
                formats.period(start, grain),
                formats.value(a, measure),
                formats.value(b, measure),
                NOTHING if c is None else signed(formats.percent(c), c),
            )
            for start, a, b, c in zip(starts, now, before, change, strict=True)
        ),
        query=f"{measure.query()} group by {grain}, and the same a year before",
        wheres=tuple(subject.where(subject.find.span(start)) for start in starts),
    )
    return Part(figures=(figure,), takeaway=year(subject, measure))


def signed(text: str, value: float) -> str:
    """Return a printed change with a plus where it is one."""
    return f"+{text}" if value > 0 else text
