"""Exponential smoothing: forecasts from each point of a series, made of what came before it only.

Each method runs once over the series with many settings side by side; at each point the setting with the smallest
squared errors so far is the one that forecasts. That gives a backtest from every origin at the cost of one run.
"""

from collections.abc import Callable
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
TRENDS = (0.01, 0.05, 0.1, 0.2, 0.4)
SEASONS = (0.01, 0.05, 0.1, 0.2, 0.4)
DAMPED = 0.95
"""How much of a trend is left after a period; an undamped one runs away."""

Method = Callable[[Array, int, int, int], Array]
"""Takes the values, the length of a season, the horizon and the first origin; returns forecasts of shape
(origins, horizon): row i is made after seeing the first `first + i` values."""


def naive(values: Array, season: int, horizon: int, first: int) -> Array:
    """Return the last value, again and again."""
    return np.repeat(values[first - 1 :, None], horizon, axis=1)


def drift(values: Array, season: int, horizon: int, first: int) -> Array:
    """Return the last value, and from there the mean step so far."""
    seen = np.arange(first, len(values) + 1)
    step = (values[seen - 1] - values[0]) / (seen - 1)
    made: Array = values[seen - 1, None] + step[:, None] * np.arange(1, horizon + 1)
    return made


def seasonal_naive(values: Array, season: int, horizon: int, first: int) -> Array:
    """Return the values of the last season."""
    seen = np.arange(first, len(values) + 1)[:, None]
    made: Array = values[seen - season + np.arange(horizon) % season]
    return made


def smoothed(*, trend: bool, seasonal: bool) -> Method:
    """Return additive exponential smoothing with a level, a damped trend or none, and a season or none.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 8.3 to 8.5 (in error-correction form).
    https://otexts.com/fpp3/ets.html
    """

    def forecasts(values: Array, season: int, horizon: int, first: int) -> Array:
        return _smooth(values, season if seasonal else 1, horizon, first, trend=trend)

    return forecasts


METHODS: Final[dict[str, Method]] = {
    "naive": naive,
    "drift": drift,
    "seasonal_naive": seasonal_naive,
    "level": smoothed(trend=False, seasonal=False),
    "trend": smoothed(trend=True, seasonal=False),
    "season": smoothed(trend=False, seasonal=True),
    "trend_season": smoothed(trend=True, seasonal=True),
}
"""The methods by name, the plainest first."""
SEASONAL = frozenset(("seasonal_naive", "season", "trend_season"))


def _smooth(values: Array, season: int, horizon: int, first: int, *, trend: bool) -> Array:
    alpha, beta, gamma = _settings(trend=trend, seasonal=season > 1)
    n, count = len(values), len(alpha)
    start = values[:season].mean() if season > 1 else values[0]
    level, slope, errors = np.full(count, start), np.zeros(count), np.zeros(count)
    if trend:
        later = values[season : 2 * season]
        slope += (later.mean() - start) / season if season > 1 else values[1] - values[0]
    places = np.tile(values[:season] - start, (count, 1)) if season > 1 else np.zeros((count, 1))
    ahead = np.arange(1, horizon + 1)
    reach = np.cumsum(DAMPED**ahead)
    made = np.empty((n - first + 1, horizon))
    begin = season if season > 1 else 1
    for seen in range(begin, n + 1):
        if seen >= first:
            best = int(np.argmin(errors))
            made[seen - first] = level[best] + slope[best] * reach + places[best, (seen + ahead - 1) % season]
        if seen == n:
            break
        place = seen % season
        expected = level + DAMPED * slope + places[:, place]
        error = values[seen] - expected
        level = level + DAMPED * slope + alpha * error
        slope = DAMPED * slope + beta * error
        if season > 1:
            places[:, place] += gamma * error
        errors += error**2
    return made


def _settings(*, trend: bool, seasonal: bool) -> tuple[Array, Array, Array]:
    """Return settings of level, trend and season, each of shape (settings,), within the usual region.

    A trend moves less than its level, and a season less than what the level leaves.
    """
    chosen = [
        (alpha, alpha * beta, (1 - alpha) * gamma)
        for alpha, beta, gamma in product(
            LEVELS, TRENDS if trend else (0.0,), SEASONS if seasonal else (0.0,)
        )
    ]
    alpha, beta, gamma = np.array(chosen).T
    return alpha, beta, gamma
