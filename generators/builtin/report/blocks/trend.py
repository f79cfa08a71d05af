"""A measure over time."""

from dataclasses import replace

from generators.builtin.report import charts
from generators.builtin.report.analyses.groups import Interval
from generators.builtin.report.blocks.params import Trend
from generators.builtin.report.charts_frame import tall
from generators.builtin.report.charts_time import Band, Line, lines
from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import NOTHING
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import Series, plot_of
from generators.builtin.report.subject import Subject


def build(block: Trend, subject: Subject) -> Part:
    """Return a line over the periods."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    formats, grain, words = subject.formats, timeline.grain, subject.words
    values = subject.course(measure)
    known = [(v, place) for place, v in enumerate(values) if v is not None]
    if len(known) < 2:
        raise subject.not_shown("no_course", measure=subject.title(measure))
    named = {known[-1][1], max(known)[1]}
    labels = [formats.value(v, measure, compact=True) if i in named else "" for i, v in enumerate(values)]
    ticks = [formats.tick(start, grain) for start in timeline.starts]
    points = [charts.Point(*point) for point in zip(ticks, values, labels, strict=True)]

    ends = _intervals(subject, measure)
    low = tuple(None if end is None else end.low for end in ends)
    high = tuple(None if end is None else end.high for end in ends)

    def draw(palette: Palette, width: int) -> charts.Spec:
        def axis(value: float) -> str:
            return formats.axis(value, measure)

        if not ends:
            return charts.line(points, palette, width, tall(width), axis)
        return lines((Line(values),), ticks, palette, width, axis, bands=(Band(low, high),))

    plot = plot_of("line", ticks, values, measure, subject.title(measure))
    sides = [
        Series(words[key], side, dashed=True) for key, side in (("from_low", low), ("to_high", high)) if side
    ]
    printed: list[tuple[str, ...]] = [
        (
            words["bin"].format(low=formats.percent(end.low), high=formats.percent(end.high))
            if end
            else NOTHING,
        )
        for end in ends
    ] or [()] * len(values)
    figure = Figure(
        key=block.id,
        title=words["trend"].format(measure=subject.title(measure), grain=words[grain]),
        draw=draw,
        plot=replace(plot, series=(*plot.series, *sides)),
        wide=True,
        head=(
            subject.names.title(words[grain]),
            subject.title(measure),
            *((words["interval"],) if ends else ()),
            words["rows"],
        ),
        rows=tuple(
            (formats.period(start, grain), formats.value(v, measure), *reach, formats.count(n))
            for start, v, reach, n in zip(timeline.starts, values, printed, timeline.rows, strict=True)
        ),
        query=f'{measure.query()} group by {grain}("{subject.names.column(timeline.column)}")',
        wheres=tuple(subject.where(subject.find.span(start)) for start in timeline.starts),
    )
    return Part(figures=(figure,), takeaway=peak(subject, measure, values))


def _intervals(subject: Subject, measure: Measure) -> list[Interval | None]:
    """Return the interval of the rate of an outcome in each period; [] for other measures."""
    timeline, outcome = subject.periods(), subject.outcome
    if outcome is None or measure != outcome.rate:
        return []
    known = zip(*(timeline.values[m.id] for m in outcome.measures), strict=True)
    ids = [m.id for m in outcome.measures]
    return [outcome.interval(dict(zip(ids, values, strict=True))) for values in known]


def peak(subject: Subject, measure: Measure, values: tuple[float | None, ...]) -> str:
    """Return in which periods a measure is highest and lowest; "" where it has no course."""
    known = [(v, s) for v, s in zip(values, subject.periods().starts, strict=True) if v is not None]
    if len({v for v, _ in known}) < 2:
        return ""
    find = subject.find
    high, x = find.ranked_period(max(known)[1], measure, "highest")
    low, y = find.ranked_period(min(known)[1], measure, "lowest")
    return subject.draft("peak", m=find.measure(measure), high=high, x=x, low=low, y=y)
