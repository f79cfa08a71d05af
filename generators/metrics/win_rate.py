"""How often people prefer one of two, when they do not know which is which. Torch-free: the platform computes it."""

from __future__ import annotations

import math
from typing import NamedTuple

_NORMAL = 1.959964


class WinRate(NamedTuple):
    """The share of verdicts for the first, a draw counting as half, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def win_rate(wins: int, losses: int, draws: int = 0) -> WinRate | None:
    """Return the share of wins with Wilson's interval, or None where nobody has judged yet.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    https://doi.org/10.1080/01621459.1927.10502953

    Raises:
        ValueError: If a count is negative.
    """
    if min(wins, losses, draws) < 0:
        raise ValueError(f"Counts are not negative; wins {wins}, losses {losses}, draws {draws}.")
    n = wins + losses + draws
    if n == 0:
        return None
    share = (wins + draws / 2) / n
    square = _NORMAL**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _NORMAL / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return WinRate(share, max(middle - half, 0.0), min(middle + half, 1.0), n)
