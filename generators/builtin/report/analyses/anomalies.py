"""Values that a series did not lead one to expect."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from generators.builtin.report.analyses.seasonality import LONGEST, decompose, trend_window_of
from generators.builtin.report.analyses.series import filled

LEAST_PERIODS = 8
FAR = 3.5
"""Robust standard deviations from the expected value, as Iglewicz and Hoaglin advise."""
WINDOW = 7
TO_DEVIATION = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A value outside the range that was expected there.

    Attributes:
        place: The period, counted from 0.
        value: What was observed.
        expected, low, high: The course there without it, and the range around it.
        score: How many robust standard deviations the value is away; below 0 where it is too low.
    """

    place: int
    value: float
    expected: float
    low: float
    high: float
    score: float


@dataclass(frozen=True, slots=True)
class Anomalies:
    """The surprising values of a series, in order, and the range that was expected everywhere.

    Attributes:
        found: The surprising values.
        expected: The expected value of each period; None before the part that was looked at.
        reach: How far the expected range goes to either side.
        seasonal: Whether a season is part of what was expected.
    """

    found: tuple[Anomaly, ...]
    expected: tuple[float | None, ...]
    reach: float
    seasonal: bool


def anomalies(values: pl.Series, season: int, *, far: float = FAR) -> Anomalies | None:
    """Return the surprising values of a series, or None where it is too short or does not vary.

    Expected is trend and season where the series covers three seasons, else the running median of seven periods.
    The range is the median of the remainder and `far` times its scaled median absolute deviation.

    Args:
        values: One value for each period; gaps are bridged to find the course, and are no anomalies.
        season: How many periods a season has; 1 for none.
        far: From how many robust standard deviations on a value is surprising.

    Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).
    """
    if values.len() - values.null_count() < LEAST_PERIODS:
        return None
    first = max(0, values.len() - LONGEST)
    observed = filled(values)[first:]
    parts = decompose(observed, season, steady=True) if season > 1 and observed.len() >= 3 * season else None
    course = np.add(parts.trend, parts.seasonal) if parts else _running_median(observed.to_numpy())
    remainder = observed.to_numpy() - course
    middle = float(np.median(remainder))
    deviation = TO_DEVIATION * float(np.median(np.abs(remainder - middle)))
    if parts:  # the course follows the values a little, and so leaves less than there was
        free = season + 2 * observed.len() / trend_window_of(season)
        deviation *= math.sqrt(observed.len() / max(1.0, observed.len() - free))
    if deviation <= 1e-12 * max(1.0, float(np.abs(observed.to_numpy()).max())):
        return None
    expected = course + middle
    scores = (observed.to_numpy() - expected) / deviation
    present = ~values.is_null().to_numpy()[first:]
    reach = far * deviation
    found = tuple(
        Anomaly(
            place=first + int(place),
            value=float(observed[int(place)]),
            expected=float(expected[place]),
            low=float(expected[place] - reach),
            high=float(expected[place] + reach),
            score=float(scores[place]),
        )
        for place in np.flatnonzero((np.abs(scores) > far) & present)
    )
    return Anomalies(found, (*[None] * first, *expected.tolist()), reach, parts is not None)


def _running_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each value and its neighbours; at the ends, of the window that still fits."""
    half = min(WINDOW, len(values)) // 2
    windows = np.lib.stride_tricks.sliding_window_view(values, 2 * half + 1)
    middles = np.median(windows, axis=1)
    return np.concatenate([np.full(half, middles[0]), middles, np.full(half, middles[-1])])
