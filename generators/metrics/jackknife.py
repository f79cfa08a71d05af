"""How far a figure of a whole set could have come out otherwise: leaving out each of its texts in turn.

For figures that count what is new, such as distinct n-grams: resampling would draw texts twice, which says nothing new.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from generators.metrics.bootstrap import Figure

_NORMAL = 1.959964


def jackknife(value: float, without_each: Sequence[float]) -> Figure:
    """Return the figure of a value and of what it comes out as without each of the n texts, by a normal interval.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11.
    """
    n = len(without_each)
    if n < 2:
        return Figure(value, 0.0, value, value)
    mean = math.fsum(without_each) / n
    error = math.sqrt((n - 1) / n * math.fsum((one - mean) ** 2 for one in without_each))
    return Figure(value, error, value - _NORMAL * error, value + _NORMAL * error)
