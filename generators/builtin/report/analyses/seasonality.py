"""What of a series is its slow course, what returns each season, and what is left.

STL in NumPy. statsmodels has it too, but importing that takes longer than a whole report; the tests hold what it
returned for the same series.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from generators.builtin.report.analyses.series import filled

Array = NDArray[np.float64]
LEAST_SEASONS = 2
LONGEST = 400
"""Periods that are looked at; the time taken grows with their square."""
SEASONAL_WINDOW = 7


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A series as trend + seasonal + remainder.

    Attributes:
        period: How many periods a season has.
        first: The place in the series of the first value that was looked at; only the last `LONGEST` are.
        observed, trend, seasonal, remainder: One value for each period from there; the first is the sum of the others.
        trend_strength, seasonal_strength: How much of the course the part explains, 0 to 1.
        profile: The mean seasonal part at each place of a season; place 0 is that of the first value.
    """

    period: int
    first: int
    observed: tuple[float, ...]
    trend: tuple[float, ...]
    seasonal: tuple[float, ...]
    remainder: tuple[float, ...]
    trend_strength: float
    seasonal_strength: float
    profile: tuple[float, ...]


def decompose(
    values: pl.Series, period: int, *, robust: bool = True, steady: bool = False
) -> Decomposition | None:
    """Return trend and season of a series, or None where it covers fewer than two seasons or has none.

    Args:
        values: One value for each period; gaps are bridged by straight lines.
        period: How many periods a season has.
        robust: Whether values far from the course count for less; from three seasons on, as two always fit.
        steady: Whether the season is the same each time, instead of one that changes slowly.

    Source: Cleveland et al., STL: A Seasonal-Trend Decomposition Procedure Based on Loess (1990). Strengths: Hyndman
    and Athanasopoulos, Forecasting: Principles and Practice, 4.3. https://otexts.com/fpp3/stlfeatures.html
    """
    first = max(0, values.len() - LONGEST)
    observed = filled(values)[first:].to_numpy().astype(np.float64)
    if period < 2 or len(observed) < LEAST_SEASONS * period or not np.isfinite(observed).all():
        return None
    trend, seasonal = _stl(observed, period, robust=robust and len(observed) >= 3 * period, steady=steady)
    remainder = observed - trend - seasonal
    places = [float(seasonal[place::period].mean()) for place in range(period)]
    return Decomposition(
        period=period,
        first=first,
        observed=tuple(observed.tolist()),
        trend=tuple(trend.tolist()),
        seasonal=tuple(seasonal.tolist()),
        remainder=tuple(remainder.tolist()),
        trend_strength=_strength(remainder, trend),
        seasonal_strength=_strength(remainder, seasonal),
        profile=tuple(places),
    )


def trend_window_of(period: int) -> int:
    """Return how many periods the trend is smoothed over: the smallest odd number that leaves the season out."""
    window = math.ceil(1.5 * period / (1 - 1.5 / SEASONAL_WINDOW))
    return window + 1 - window % 2


def _strength(remainder: Array, part: Array) -> float:
    whole = float(np.var(part + remainder))
    return max(0.0, 1 - float(np.var(remainder)) / whole) if whole > 0 else 0.0


def _stl(observed: Array, period: int, *, robust: bool, steady: bool) -> tuple[Array, Array]:
    """Return trend and season, with the windows, loops and degrees that statsmodels takes by default."""
    n = len(observed)
    trend_window = trend_window_of(period)
    low_window = period + 1 + period % 2
    inner, outer = (2, 15) if robust else (5, 0)
    trend, seasonal, trust = np.zeros(n), np.zeros(n), np.ones(n)
    for turn in range(outer + 1):
        for _ in range(inner):
            cycle = _cycles(observed - trend, period, trust, steady=steady)
            low = _averaged(_averaged(_averaged(cycle, period), period), 3)
            low = _loess(low, np.ones(n), low_window, 0, 0)
            seasonal = cycle[period : period + n] - low
            trend = _loess(observed - seasonal, trust, trend_window, 0, 0)
        if turn < outer:
            far = np.abs(observed - trend - seasonal)
            scale = 6 * float(np.median(far))
            if scale <= 0:
                break
            ratio = far / scale
            trust = np.where(ratio <= 0.001, 1.0, np.where(ratio <= 0.999, (1 - ratio**2) ** 2, 0.0))
    return trend, seasonal


def _cycles(detrended: Array, period: int, trust: Array, *, steady: bool) -> Array:
    """Return each place of the season smoothed over the years, one season longer at both ends."""
    smooth = np.empty(len(detrended) + 2 * period)
    for place in range(period):
        if steady:
            weight = trust[place::period]
            whole = weight.sum()
            smooth[place::period] = detrended[place::period] @ weight / whole if whole > 0 else 0.0
            continue
        smooth[place::period] = _loess(detrended[place::period], trust[place::period], SEASONAL_WINDOW, 1, 1)
    return smooth


def _averaged(values: Array, window: int) -> Array:
    return np.convolve(values, np.ones(window) / window, mode="valid")


def _loess(values: Array, trust: Array, window: int, before: int, after: int) -> Array:
    """Return values smoothed by local straight lines, at their own places and a few before and after."""
    n = len(values)
    weights = _tricube(n, window, before, after) * trust
    total = weights.sum(axis=1, keepdims=True)
    places, at = np.arange(n, dtype=np.float64), np.arange(-before, n + after, dtype=np.float64)
    nearest = np.clip(at, 0, n - 1).astype(int)
    safe = np.where(total > 0, total, 1.0)
    weights = weights / safe
    centre = weights @ places
    spread = (weights * (places - centre[:, None]) ** 2).sum(axis=1)
    steep = np.sqrt(spread) > 0.001 * (n - 1)
    slope = np.where(steep, (at - centre) / np.where(steep, spread, 1.0), 0.0)
    weights = weights * (1 + slope[:, None] * (places - centre[:, None]))
    return np.where(total[:, 0] > 0, weights @ values, values[nearest])


@lru_cache(maxsize=16)
def _tricube(n: int, window: int, before: int, after: int) -> Array:
    """Return the weights of n places seen from each place, before any trust: shape (before + n + after, n)."""
    places = np.arange(n, dtype=np.float64)
    distance = np.abs(np.arange(-before, n + after, dtype=np.float64)[:, None] - places)
    reach = np.sort(distance, axis=1)[:, min(window, n) - 1][:, None]
    if window > n:
        reach = reach + (window - n) // 2
    weights = (1 - np.minimum(distance / np.where(reach > 0, reach, 1.0), 1) ** 3) ** 3
    near = np.where(distance <= 0.001 * reach, 1.0, weights)
    inside = distance <= 0.999 * reach
    return np.where(inside | (distance == 0), near, 0.0)
