"""A measure in the coming periods with an interval, and how often such intervals were right before."""

import math
from dataclasses import replace
from datetime import date

import polars as pl

from generators.builtin.report.analyses.forecast import LEAST_PERIODS, forecast
from generators.builtin.report.analyses.forecast import Forecast as Forecasted
from generators.builtin.report.analyses.series import SEASON
from generators.builtin.report.blocks.analysis_params import Forecast
from generators.builtin.report.blocks.own import Own
from generators.builtin.report.charts_time import Band, Line, lines
from generators.builtin.report.findings import period_key
from generators.builtin.report.measures import Measure
from generators.builtin.report.part import Figure, Part
from generators.builtin.report.plots import Plot, Series, code_of
from generators.builtin.report.subject import Subject
from generators.builtin.report.timeline import next_start

AHEAD = {"day": 14, "week": 8, "month": 6, "quarter": 4, "year": 2}
SHOWN = 60
"""Periods before the forecast that the chart shows."""


def build(block: Forecast, subject: Subject) -> Part:
    """Return the course so far, the forecast and the range around it."""
    measure, timeline = subject.measure(block.measure), subject.periods()
    grain, formats, words = timeline.grain, subject.formats, subject.words
    values = subject.course(measure)
    found = forecast(
        pl.Series(values, dtype=pl.Float64), SEASON[grain], block.periods or AHEAD[grain], level=block.level
    )
    if found is None:
        raise subject.not_shown("no_forecast", measure=subject.title(measure), least=str(LEAST_PERIODS))
    found = within(found, values, measure)
    starts = list(timeline.starts)
    for _ in found.values:
        starts.append(next_start(starts[-1], grain))
    ticks = [formats.tick(start, grain) for start in starts][-SHOWN - len(found.values) :]
    seen, none = values[-SHOWN:], (None,) * len(found.values)
    before, last = (None,) * (len(seen) - 1), (values[-1],)
    name = words["forecast_line"]
    drawn = (
        Line((*seen, *none)),
        Line((*before, *last, *found.values), name, dashed=True),
    )
    bands = (Band((*before, *last, *found.low), (*before, *last, *found.high)),)
    coming = starts[len(values) :]
    figure = Figure(
        key=block.id,
        title=words["forecast"].format(measure=subject.title(measure)),
        draw=lambda palette, width: lines(
            drawn, ticks, palette, width, lambda v: formats.axis(v, measure), bands=bands
        ),
        plot=Plot(
            "line",
            tuple(ticks),
            (
                Series(subject.title(measure), (*seen, *none)),
                Series(name, (*before, *last, *found.values), dashed=True),
                Series(words["from_low"], (*before, None, *found.low), dashed=True),
                Series(words["to_high"], (*before, None, *found.high), dashed=True),
            ),
            code_of(measure, values),
        ),
        wide=True,
        head=(subject.names.title(words[grain]), name, words["from_low"], words["to_high"]),
        rows=tuple(
            (formats.period(start, grain), *(formats.value(v, measure) for v in row))
            for start, row in zip(coming, zip(found.values, found.low, found.high, strict=True), strict=True)
        ),
        query=f"forecast of {measure.query()} group by {grain}: {found.method}, chosen by a backtest",
    )
    takeaway, sentences = _told(block, subject, measure, found, coming[0])
    return Part(figures=(figure,), takeaway=takeaway, sentences=sentences)


def within(found: Forecasted, values: tuple[float | None, ...], measure: Measure) -> Forecasted:
    """Return a forecast that stays where the measure can be: what was never below zero does not go there, and no
    share of rows beyond all of them."""
    if min(v for v in values if v is not None) < 0:
        return found
    most = 1.0 if measure.value and measure.unit == "percent" else math.inf
    low, point, high = (
        tuple(min(most, max(0.0, v)) for v in side) for side in (found.low, found.values, found.high)
    )
    return replace(found, low=low, values=point, high=high)


def _told(
    block: Forecast, subject: Subject, measure: Measure, found: Forecasted, start: date
) -> tuple[str, tuple[str, ...]]:
    """Return the sentence of the next period, and those of how sure it is."""
    own, grain, m = Own(block, subject), subject.periods().grain, subject.find.measure(measure)
    formats, key = subject.formats, period_key(start, grain)
    query = f"forecast by {found.method} of {measure.query()}"
    numbers = {
        name: own.number(
            f"next.{name}", formats.value(side[0], measure, compact=True), side[0], query, of=m, period=key
        )
        for name, side in (("x", found.values), ("low", found.low), ("high", found.high))
    }
    level, backtest = own.level(found.level), "backtest with rolling origins"
    method = own.words("method", subject.words[f"method_{found.method}"])
    takeaway = subject.draft("forecast", p=subject.find.period(start), m=m, level=level, **numbers)
    missed = f"mean absolute error of a {backtest}"
    told = {
        "method": method,
        "origins": own.count("origins", found.origins, backtest),
        "e": own.amount("error", found.error, measure, missed),
    }
    if found.method != "naive":
        told["n"] = own.amount("naive", found.naive_error, measure, missed)
    sure = (
        subject.draft("forecast_method" if "n" in told else "forecast_plain", **told),
        subject.draft(
            "forecast_coverage",
            covered=own.count("covered", found.covered, backtest),
            tried=own.count("tried", found.tried, backtest),
            share=own.share("coverage", found.coverage, backtest, places=0),
            level=level,
        ),
    )
    return takeaway, sure
