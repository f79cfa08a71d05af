"""What comes next, how sure that is, and how often such a statement was right before."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from generators.builtin.report.analyses.distributions import student_quantile
from generators.builtin.report.analyses.series import filled
from generators.builtin.report.analyses.smoothing import METHODS, SEASONAL

Array = NDArray[np.float64]
LEAST_PERIODS = 12
LEAST_ORIGINS = 6
MOST_ORIGINS = 60
LONGEST = 400
ALIKE = 0.01
"""How much larger an error may be, in parts of the smallest, for a simpler method to be taken."""
CALIBRATED = 4
"""How many errors an interval of the backtest must have been learned from."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The periods after a series.

    Attributes:
        method: The name of the method with the smallest error in the backtest, a key of `METHODS`.
        values, low, high: The forecast of each coming period, and the interval around it.
        level: How often the interval is meant to hold the value, such as 0.8.
        covered, tried: How many values of the backtest were inside intervals that were made before them, of how many.
        error: The mean absolute error of the method in the backtest.
        naive_error: The same of repeating the last value, to compare.
        origins: From how many points in the past the backtest forecast.
    """

    method: str
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    level: float
    covered: int
    tried: int
    error: float
    naive_error: float
    origins: int

    @property
    def coverage(self) -> float:
        """The share of the backtest's values that were inside their interval."""
        return self.covered / self.tried


def forecast(values: pl.Series, season: int, horizon: int, *, level: float = 0.8) -> Forecast | None:
    """Return a forecast, or None where the series has fewer than 12 periods with a value or gaps in a third of them.

    The method is the simplest one whose mean absolute error over a backtest with rolling origins is the smallest, or
    within a hundredth of it: each forecast is
    made from the values before its origin only. The interval at each step ahead is Student's t times the root mean
    square of the backtest's errors at that step. Its coverage is counted on intervals of the backtest, each made from
    the errors that were known at its origin.

    Args:
        values: One value for each period; gaps are bridged by straight lines.
        season: How many periods a season has; 1 for none. Methods with a season need two of them before an origin.
        horizon: How many periods are forecast, at most a quarter of those there are.
        level: How often the interval is to hold the value.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.10. https://otexts.com/fpp3/tscv.html
    """
    known = values.len() - values.null_count()
    if known < LEAST_PERIODS or known < values.len() * 2 / 3:
        return None
    seen = filled(values).to_numpy().astype(np.float64)[-LONGEST:]
    horizon = max(1, min(horizon, len(seen) // 4))
    first = max(4, len(seen) - horizon - MOST_ORIGINS, len(seen) // 3)
    names = [name for name in METHODS if name not in SEASONAL]
    if season > 1 and len(seen) - 2 * season - horizon + 1 >= LEAST_ORIGINS:
        first, names = max(first, 2 * season), list(METHODS)
    made = {name: METHODS[name](seen, season, horizon, first) for name in names}
    errors = {name: _errors(seen, rows, first) for name, rows in made.items()}
    usual = {name: float(np.nanmean(np.abs(table))) for name, table in errors.items()}
    close = min(usual.values()) * (1 + ALIKE) + 1e-12
    best = next(name for name in names if usual[name] <= close)
    origins = len(seen) - first
    covered, tried = _coverage(errors[best], level)
    if tried == 0:
        return None
    reach = _reach(errors[best], level)
    point = made[best][-1]
    return Forecast(
        method=best,
        values=tuple(point.tolist()),
        low=tuple((point - reach).tolist()),
        high=tuple((point + reach).tolist()),
        level=level,
        covered=covered,
        tried=tried,
        error=usual[best],
        naive_error=usual["naive"],
        origins=origins,
    )


def _errors(seen: Array, made: Array, first: int) -> Array:
    """Return actual less forecast, shape (origins, horizon); NaN for periods that have not come yet."""
    origins, horizon = len(made) - 1, made.shape[1]
    places = first + np.arange(origins)[:, None] + np.arange(horizon)
    actual = np.append(seen, np.full(horizon, np.nan))[places]
    errors: Array = actual - made[:-1]
    return errors


def _reach(errors: Array, level: float) -> Array:
    """Return how far the interval goes at each step; never less far than at the step before."""
    reach: list[float] = []
    for column in errors.T:
        known = column[~np.isnan(column)]
        enough = len(known) >= 2
        spread = _width(known, level) if enough else 0.0
        reach.append(max(spread, reach[-1] if reach else 0.0))
    return np.array(reach)


def _width(errors: Array, level: float) -> float:
    quantile = student_quantile((1 + level) / 2, len(errors) - 1)
    return quantile * math.sqrt(float(np.mean(errors**2)) * (1 + 1 / len(errors)))


def _coverage(errors: Array, level: float) -> tuple[int, int]:
    """Return how many values of the backtest fell into intervals made from earlier errors, and of how many."""
    covered = tried = 0
    for step, column in enumerate(errors.T):
        for origin, error in enumerate(column):
            past = column[: max(0, origin - step)]  # what was known at the origin
            past = past[~np.isnan(past)]
            if np.isnan(error) or len(past) < CALIBRATED:
                continue
            tried += 1
            covered += int(abs(error) <= _width(past, level))
    return covered, tried
