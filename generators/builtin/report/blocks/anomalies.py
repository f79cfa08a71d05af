"""Periods in which a measure was far from what was to be expected."""

from collections.abc import Sequence

import polars as pl

from generators.builtin.report.analyses.anomalies import LEAST_PERIODS, Anomaly, anomalies
from generators.builtin.report.analyses.series import SEASON
from generators.builtin.report.blocks.analysis_params import Anomalies
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_time import Band, Dot, Line, lines
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import Plot, Series, code_of
from generators.builtin.report.subject import Subject

MOST_TOLD = 4
RECENT = {"day": 7, "week": 4, "month": 3, "quarter": 2, "year": 1}
"""How many of the latest periods a summary tells surprises of; older ones are no news."""
APART = 3
"""Periods between two dots that are both labelled."""


def build(block: Anomalies, subject: Subject) -> Part:
    """Return the course with the range that was to be expected, and the periods outside it."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    grain, formats, words, own = timeline.grain, subject.formats, subject.words, Own(block, subject)
    values = subject.course(measure)
    found = anomalies(pl.Series(values, dtype=pl.Float64), SEASON[grain])
    if found is None:
        raise subject.not_shown("no_range", measure=subject.title(measure), least=str(LEAST_PERIODS))
    floor = 0.0 if min(v for v in values if v is not None) >= 0 else None
    low = tuple(None if e is None else _above(e - found.reach, floor) for e in found.expected)
    high = tuple(None if e is None else e + found.reach for e in found.expected)
    ticks = [formats.tick(start, grain) for start in timeline.starts]
    dots = _dots(found.found, subject, measure)
    name = subject.title(measure)
    figure = Figure(
        key=block.id,
        title=words["anomalies"].format(measure=name),
        draw=lambda palette, width: lines(
            (Line(values),),
            ticks,
            palette,
            width,
            lambda v: formats.axis(v, measure),
            bands=(Band(low, high),),
            dots=dots,
        ),
        plot=Plot(
            "line",
            tuple(ticks),
            (
                Series(name, values),
                Series(words["from_low"], low, dashed=True),
                Series(words["to_high"], high, dashed=True),
            ),
            code_of(measure, values),
        ),
        wide=True,
        head=(subject.names.title(words[grain]), name, words["from_low"], words["to_high"]),
        rows=tuple(
            (formats.period(start, grain), *(formats.value(v, measure) for v in row))
            for start, row in zip(timeline.starts, zip(values, low, high, strict=True), strict=True)
        ),
        query=f"{measure.query()} group by {grain}, and its robust range",
        wheres=tuple(subject.where(subject.find.span(start)) for start in timeline.starts),
    )
    m = subject.find.measure(measure)
    if not found.found:
        n = own.count("periods", len(values), f"periods of one {grain}")
        return Part(figures=(figure,), takeaway=subject.draft("no_anomaly", m=m, n=n))
    told, news = [], []
    for one in sorted(found.found, key=lambda a: -abs(a.score))[:MOST_TOLD]:
        start = timeline.starts[one.place]
        x = subject.find.at(start, measure)
        sides = {
            side: own.number(
                f"{side}.{one.place}",
                formats.value(value, measure, compact=True),
                value,
                "expected value and 3.5 robust deviations",
                of=m,
                period=start,
            )
            for side, value in (("low", low[one.place] or 0.0), ("high", one.high))
        }
        if x:
            told.append(subject.draft("anomaly", p=subject.find.period(start), m=m, x=x, **sides))
            news += told[-1:] if one.place >= len(values) - RECENT[grain] else []
    return Part(
        figures=(figure,), takeaway=told[0], sentences=tuple(told[1:]), headlines=tuple(news) or ("",)
    )


def _above(value: float, floor: float | None) -> float:
    return value if floor is None else max(floor, value)


def _dots(found: Sequence[Anomaly], subject: Subject, measure: Measure) -> list[Dot]:
    """Return a dot for each surprise; the strongest are labelled where no label would cover another."""
    named: list[int] = []
    for one in sorted(found, key=lambda a: -abs(a.score)):
        if len(named) < MOST_TOLD and all(abs(one.place - place) > APART for place in named):
            named.append(one.place)
    return [
        Dot(
            a.place,
            a.value,
            subject.formats.value(a.value, measure, compact=True) if a.place in named else "",
            below=a.score < 0,
        )
        for a in found
    ]
