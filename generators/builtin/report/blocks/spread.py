"""How the values of a measure are spread over rows."""

from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.spread import spread_of
from generators.builtin.report.blocks.params import Spread
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import COUNT, Plot, Series
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition


def build(block: Spread, subject: Subject) -> Part:
    """Return a bar for each bin of values."""
    measure, formats, words = subject.measure(block.measure), subject.formats, subject.words
    spread = spread_of(subject.frame, measure)
    if block.alone and subject.roles.dimensions:
        raise subject.not_shown("grouped")
    if not spread:
        raise subject.not_shown("all_alike", measure=subject.title(measure))
    bins = [
        (
            words["bin_open"].format(low=formats.axis(low, measure))
            if high is None
            else words["bin"].format(low=formats.axis(low, measure), high=formats.axis(high, measure)),
            count,
        )
        for low, high, count in spread
    ]
    figure = Figure(
        key=block.id,
        title=subject.names.title(words["spread"].format(measure=subject.names.measure(measure))),
        draw=partial(charts.bars, [charts.Bar(name, count, formats.count(count)) for name, count in bins]),
        plot=Plot(
            "bars",
            tuple(name for name, _ in bins),
            (Series(words["rows"], tuple(float(count) for _, count in bins)),),
            COUNT,
        ),
        wide=True,
        head=(subject.title(measure), words["rows"]),
        rows=tuple((name, formats.count(count)) for name, count in bins),
        query=f'count(*) group by bins of "{subject.names.column(measure.columns[0])}"',
        wheres=tuple(
            subject.where(Condition(measure.columns[0], spans=((low, high),))) for low, high, _ in spread
        ),
    )
    return Part(figures=(figure,))
