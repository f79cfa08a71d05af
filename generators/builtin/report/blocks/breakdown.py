"""A measure by the largest segments of a dimension."""

from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.segments import Breakdown as Segments
from generators.builtin.report.analyses.segments import Segment
from generators.builtin.report.blocks.params import Breakdown
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import plot_of
from generators.builtin.report.sentences import latest
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition


def build(block: Breakdown, subject: Subject) -> Part:
    """Return bars of the largest segments, and the whole beside them where the measure does not add up."""
    measure = subject.measure(block.measure)
    dimension = subject.dimension(block.dimension, block.place)
    first = measure if measure.adds_up else subject.main  # the highest ratio is often that of a few rows
    breakdown = subject.breakdown(dimension, tuple(dict.fromkeys((first, measure))), block.top_n)
    names, formats, words = subject.names, subject.formats, subject.words
    column = names.column(dimension)
    known = [(value, s) for s in breakdown.segments if (value := s.values[measure.id]) is not None]
    if not known:
        raise subject.not_shown("no_values", measure=subject.title(measure))
    ordered = sorted(known, key=lambda pair: -pair[0])
    bars = [charts.Bar(names.segment(s.name), value, _label(subject, s, measure)) for value, s in ordered]
    overall = subject.value(measure)
    if overall is not None and not measure.adds_up:
        bars.append(charts.Bar(words["total"], overall, formats.value(overall, measure), faded=True))
    figure = Figure(
        key=block.id,
        title=words["by"].format(measure=subject.title(measure), dimension=column),
        draw=partial(charts.bars, bars),
        plot=plot_of(
            "bars",
            [bar.name for bar in bars],
            [bar.value for bar in bars],
            measure,
            subject.title(measure),
            compared=sum(bar.faded for bar in bars),
        ),
        wide=False,
        head=(names.title(column), subject.title(measure), words["rows"]),
        rows=tuple(
            (names.segment(s.name), formats.value(v, measure), formats.count(s.rows)) for v, s in ordered
        ),
        query=f'{measure.query()} group by "{column}"',
        wheres=tuple(subject.where(Condition(dimension, (s.name,))) for _, s in ordered),
    )
    takeaway = ranked(subject, breakdown, measure)
    course = latest(subject, measure) if measure == subject.second else ""
    return Part(figures=(figure,), takeaway=takeaway, headlines=tuple(filter(None, (course, takeaway))))


def ranked(subject: Subject, breakdown: Segments, measure: Measure) -> str:
    """Return which segment is largest with its share, or which are highest and lowest; "" where all are alike."""
    find = subject.find
    if measure.id not in breakdown.extremes:
        return ""
    top, bottom = breakdown.extremes[measure.id]
    high = find.segment(breakdown.dimension, top, measure, "highest")
    low = find.segment(breakdown.dimension, bottom, measure, "lowest")
    assert high is not None
    assert low is not None
    common = {"p": find.all_time(), "m": find.measure(measure), "high": high[0], "x": high[1]}
    if subject.has_shares(measure):
        share = find.share(breakdown.dimension, top.name, subject.share(top, measure), top.rows, measure)
        return subject.draft("largest", **common, share=share)
    return subject.draft("range", **common, low=low[0], y=low[1])


def _label(subject: Subject, segment: Segment, measure: Measure) -> str:
    label = subject.formats.value(segment.values[measure.id], measure, compact=True)
    if subject.has_shares(measure):
        return f"{label} · {subject.formats.percent(subject.share(segment, measure), places=0)}"
    return label
