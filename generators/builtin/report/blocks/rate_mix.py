"""Whether a ratio changed in its segments, or because the segments weigh differently."""

import polars as pl

from generators.builtin.report.analyses.effects import RateChange, rate_change
from generators.builtin.report.blocks.analysis_params import RateMix
from generators.builtin.report.blocks.effects import Effect, Shift, compared, figure_of, signed, told
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Part, Table
from generators.builtin.report.plots import code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition

MOST_SEGMENTS = 10


def build(block: RateMix, subject: Subject) -> Part:
    """Return a waterfall of both effects, and a table of the segments."""
    measure, dimension = subject.measure(block.measure), subject.dimension(block.dimension)
    before, after = compared(subject)
    if measure.how != "ratio":
        raise subject.not_shown("not_ratio", measure=subject.title(measure))
    timeline = subject.periods()
    start = timeline.start_of(pl.col(subject.key(timeline.column)))
    rows = (
        subject.by_name(dimension)
        .filter(start.is_in([before, after]))
        .with_columns((start == after).alias("_later"))
    )
    top, bottom = measure.keys
    found = rate_change(rows, segment=subject.key(dimension), top=top, bottom=bottom, later="_later")
    if found is None:
        raise subject.not_shown("no_values", measure=subject.title(measure))
    column = subject.names.column(dimension)
    query = f'{measure.query()} by "{column}": change of the ratios at mean weights, and of the weights'
    effects = (Effect("rate_part", found.rate), Effect("mix_shift", found.mix))
    shift = Shift(measure, found.before, found.after, effects, query, rows.height)
    title = subject.words["rate_mix"].format(measure=subject.names.measure(measure), dimension=column)
    return Part(
        figures=(figure_of(block.id, subject, shift, title, ends=False),),
        tables=(_segments(block, subject, measure, dimension, found),),
        takeaway=told(Own(block, subject), subject, shift),
    )


def _segments(block: RateMix, subject: Subject, measure: Measure, dimension: str, found: RateChange) -> Table:
    words, formats, names = subject.words, subject.formats, subject.names
    shown = found.parts[:MOST_SEGMENTS]
    others = len(found.parts) - len(shown)
    code = code_of(measure, [found.before])
    return Table(
        key=f"{block.id}-segments",
        title=words["by"].format(measure=subject.title(measure), dimension=names.column(dimension)),
        head=(
            names.title(names.column(dimension)),
            words["before"],
            words["after"],
            words["rate_part"],
            words["mix_shift"],
        ),
        rows=tuple(
            (
                names.segment(part.name),
                formats.value(part.before, measure),
                formats.value(part.after, measure),
                signed(subject, measure, part.rate),
                signed(subject, measure, part.mix),
            )
            for part in shown
        ),
        values=tuple((part.before, part.after, part.rate, part.mix) for part in shown),
        codes=(code,) * 4,
        others=words["others"].format(number=formats.count(others)) if others else "",
        query=f'{measure.query()} group by "{names.column(dimension)}" in both periods',
        wheres=tuple(
            subject.where(Condition(dimension, (part.name,)), subject.find.span(*compared(subject)))
            for part in shown
        ),
    )
