"""A measure by the largest segments of a dimension."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from generators.builtin.report import charts
from generators.builtin.report.analyses.segments import Breakdown as Segments
from generators.builtin.report.analyses.segments import Segment
from generators.builtin.report.blocks.params import Breakdown
from generators.builtin.report.charts_parts import Span, intervals
from generators.builtin.report.colours import Palette
from generators.builtin.report.measures import Measure
from generators.builtin.report.outcomes import Outcome
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import plot_of
from generators.builtin.report.sentences import latest
from generators.builtin.report.subject import Subject
from generators.builtin.report.where import Condition


def build(block: Breakdown, subject: Subject) -> Part:
    """Return bars of the largest segments, and the whole beside them where the measure does not add up.

    The rate of an outcome is drawn with its intervals.
    """
    measure, outcome = subject.measure(block.measure), subject.outcome
    dimension = subject.dimension(block.dimension, block.place)
    rate = outcome is not None and measure == outcome.rate
    first = measure if measure.adds_up else subject.main  # the highest ratio is often that of a few rows
    asked = (outcome.cases, outcome.count, measure) if outcome and rate else (first, measure)
    breakdown = subject.breakdown(dimension, tuple(dict.fromkeys(asked)), block.top_n)
    known = [(value, s) for s in breakdown.segments if (value := s.values[measure.id]) is not None]
    if not known:
        raise subject.not_shown("no_values", measure=subject.title(measure))
    ordered = sorted(known, key=lambda pair: -pair[0])
    drawn = _spans(subject, outcome, ordered) if outcome and rate else _bars(subject, measure, ordered)
    names, formats, words = subject.names, subject.formats, subject.words
    column = names.column(dimension)
    cells = [(names.segment(s.name), value, s.rows) for value, s in ordered]
    if drawn.compared:
        cells.append((words["total"], drawn.values[-1], subject.frame.height))
    between: list[tuple[str, ...]] = [(span.label.partition(" · ")[2],) for span in drawn.spans]
    figure = Figure(
        key=block.id,
        title=words["by"].format(measure=subject.title(measure), dimension=column),
        draw=drawn.draw,
        plot=replace(
            plot_of(
                "bars", drawn.names, drawn.values, measure, subject.title(measure), compared=drawn.compared
            ),
            spans=tuple((span.low, span.high) for span in drawn.spans),
        ),
        wide=rate,
        head=(
            names.title(column),
            subject.title(measure),
            *((words["interval"],) if between else ()),
            words["rows"],
        ),
        rows=tuple(
            (name, formats.value(value, measure), *reach, formats.count(rows))
            for (name, value, rows), reach in zip(cells, between or [()] * len(cells), strict=True)
        ),
        query=f'{measure.query()} group by "{column}"',
        wheres=(
            *(subject.where(Condition(dimension, (s.name,))) for _, s in ordered),
            *[subject.where()] * drawn.compared,
        ),
    )
    takeaway = ranked(subject, breakdown, measure)
    course = latest(subject, measure) if measure == subject.second else ""
    return Part(figures=(figure,), takeaway=takeaway, headlines=tuple(filter(None, (course, takeaway))))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a figure of segments draws; the whole stands at the end where it is there for comparison."""

    draw: Callable[[Palette, int], charts.Spec]
    names: list[str]
    values: list[float]
    compared: int
    spans: tuple[Span, ...] = ()


def _bars(subject: Subject, measure: Measure, ordered: list[tuple[float, Segment]]) -> _Drawn:
    names, overall = subject.names, subject.value(measure)
    bars = [charts.Bar(names.segment(s.name), value, _label(subject, s, measure)) for value, s in ordered]
    compared = overall is not None and not measure.adds_up
    if overall is not None and compared:
        label = subject.formats.value(overall, measure)
        bars.append(charts.Bar(subject.words["total"], overall, label, faded=True))
    return _Drawn(partial(charts.bars, bars), [b.name for b in bars], [b.value for b in bars], int(compared))


def _spans(subject: Subject, outcome: Outcome, ordered: list[tuple[float, Segment]]) -> _Drawn:
    """Return the rate of each segment and of the whole with its interval."""
    named = [(subject.names.segment(s.name), value, s.values) for value, s in ordered]
    if (overall := subject.value(outcome.rate)) is not None:
        named.append((subject.words["total"], overall, subject.total.values))
    spans = []
    for place, (name, value, values) in enumerate(named):
        ends = outcome.interval(values)
        assert ends is not None  # there is a rate, so there are cases
        low, high = (subject.formats.percent(end) for end in (ends.low, ends.high))
        label = f"{subject.formats.percent(value)} · {subject.words['bin'].format(low=low, high=high)}"
        spans.append(Span(name, value, ends.low, ends.high, label, plain=place == len(ordered)))
    return _Drawn(
        lambda palette, width: intervals(spans, palette, width, zero=True),
        [f"{span.name} · {subject.formats.percent(span.value)}" for span in spans],
        [span.value for span in spans],
        len(spans) - len(ordered),
        tuple(spans),
    )


def ranked(subject: Subject, breakdown: Segments, measure: Measure) -> str:
    """Return which segment is largest with its share, or which are highest and lowest; "" where all are alike.

    Of a measure that does not add up, only the segments that are shown are compared.
    """
    find = subject.find
    if measure.id not in breakdown.extremes:
        return ""
    top, bottom = breakdown.extremes[measure.id]
    shown = [s for s in breakdown.segments if s.values[measure.id] is not None]
    few = bool(breakdown.others) and not measure.adds_up  # the extremes of all are often those of a few rows
    if few:
        bottom, *_, top = sorted(shown, key=lambda s: s.values[measure.id] or 0.0)
    high = find.segment(breakdown.dimension, top, measure, "highest")
    low = find.segment(breakdown.dimension, bottom, measure, "lowest")
    assert high is not None
    assert low is not None
    common = {"p": find.all_time(), "m": find.measure(measure), "high": high[0], "x": high[1]}
    if subject.has_shares(measure):
        share = find.share(breakdown.dimension, top.name, subject.share(top, measure), top.rows, measure)
        return subject.draft("largest", **common, share=share)
    if few:
        common["n"] = find.count(f"shown{len(shown)}", len(shown), "segments shown, the largest")
    return subject.draft("range_shown" if few else "range", **common, low=low[0], y=low[1])


def _label(subject: Subject, segment: Segment, measure: Measure) -> str:
    label = subject.formats.value(segment.values[measure.id], measure, compact=True)
    if subject.has_shares(measure):
        return f"{label} · {subject.formats.percent(subject.share(segment, measure), places=0)}"
    return label
