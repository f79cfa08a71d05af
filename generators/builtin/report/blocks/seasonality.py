"""What of a measure is its slow course, what returns each season, and what is left."""

from datetime import date

import polars as pl

from generators.builtin.report.analyses.seasonality import decompose
from generators.builtin.report.analyses.series import SEASON
from generators.builtin.report.blocks.analysis_params import Seasonality
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_time import Panel, panels
from generators.builtin.report.facts import Fact, Rank
from generators.builtin.report.formats import Grain
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import Plot, Series, code_of
from generators.builtin.report.subject import Subject

SLOW = 7
"""Seasons from which on one that changes can be told from what is left."""
TELLING = 0.3
"""From which strength on the season is told of in a sentence."""


def build(block: Seasonality, subject: Subject) -> Part:
    """Return the parts of the course above each other."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    formats, words, grain, own = subject.formats, subject.words, timeline.grain, Own(block, subject)
    course, period = pl.Series(subject.course(measure), dtype=pl.Float64), SEASON[grain]
    parts = decompose(course, period, steady=course.len() < SLOW * period)
    if parts is None:
        raise subject.not_shown("no_season", measure=subject.title(measure))
    starts = timeline.starts[parts.first :]
    ticks = [formats.tick(start, grain) for start in starts]
    named = {
        words["observed"]: parts.observed,
        words["trend_part"]: parts.trend,
        words["seasonal_part"]: parts.seasonal,
        words["remainder"]: parts.remainder,
    }
    drawn = [Panel(name, values, bars=values is parts.remainder) for name, values in named.items()]
    figure = Figure(
        key=block.id,
        title=words["seasonality"].format(measure=subject.title(measure)),
        draw=lambda palette, width: panels(drawn, ticks, palette, width, lambda v: formats.axis(v, measure)),
        plot=Plot(
            "line", tuple(ticks), tuple(map(Series, named, named.values())), code_of(measure, parts.observed)
        ),
        wide=True,
        head=(subject.names.title(words[grain]), *named),
        rows=tuple(
            (formats.period(start, grain), *(formats.value(v, measure) for v in row))
            for start, row in zip(starts, zip(*named.values(), strict=True), strict=True)
        ),
        query=f"STL of {measure.query()} group by {grain}, season of {parts.period}",
        wheres=tuple(subject.where(subject.find.span(start)) for start in starts),
    )
    m, k = subject.find.measure(measure), own.metric("strength")
    query = "1 - var(remainder) / var(season + remainder), from STL"
    x = own.number("strength", f"{parts.seasonal_strength:.2f}", parts.seasonal_strength, query, of=k)
    whole = own.number("whole", "1", 1, "the end of the scale", role="count")
    sentences = [subject.draft("season_strength", m=m, k=k, x=x, whole=whole)]
    if parts.seasonal_strength < TELLING:
        return Part(figures=(figure,), takeaway=sentences[0])
    facts: dict[str, Fact] = {}
    for name, number, pick in (("high", "x", max), ("low", "y", min)):
        place = pick(range(parts.period), key=parts.profile.__getitem__)
        value = parts.profile[place]
        text = place_name(starts[place], grain, subject.params.language)
        key = own.key(timeline.column, text)
        fact = own.number(
            f"season.{name}",
            formats.signed(value, measure, compact=True),
            value,
            "mean season, from STL",
            of=m,
            segment=key,
        )
        rank: Rank = "highest" if name == "high" else "lowest"
        facts |= {name: own.name(timeline.column, text, fact, rank, text), number: fact}
    return Part(figures=(figure,), takeaway=subject.draft("season", m=m, **facts), sentences=tuple(sentences))


def place_name(start: date, grain: Grain, language: str) -> str:
    """Return what the place of a period in its season is called, such as "December" or "Monday"."""
    match grain:
        case "day":
            return WEEKDAYS[language][start.weekday()]
        case "month":
            return f"{start.month}月" if language == "zh" else f"{start:%B}"
        case "quarter":
            quarter = (start.month + 2) // 3
            return f"第{quarter}季度" if language == "zh" else f"Q{quarter}"
    week = start.isocalendar().week
    return f"第{week}周" if language == "zh" else f"week {week}"


WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
