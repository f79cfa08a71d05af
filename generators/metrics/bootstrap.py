"""How far a figure could have come out otherwise with other pictures of the same kind: resampling them.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and 13.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

RESAMPLES = 200
LOW, HIGH = 0.025, 0.975
"""Between these shares of the resampled figures lies the interval."""


class Figure(NamedTuple):
    """A measured value with its uncertainty.

    Attributes:
        value: As measured on all pictures.
        standard_error: Of the value, in its unit.
        low: Lower end of the 95 % interval.
        high: Its upper end.
    """

    value: float
    standard_error: float
    low: float
    high: float

    def named(self, name: str) -> dict[str, float]:
        """Return the figure as metrics: `name`, `name_se`, `name_low` and `name_high`."""
        return {
            name: self.value,
            f"{name}_se": self.standard_error,
            f"{name}_low": self.low,
            f"{name}_high": self.high,
        }


def resample(n: int, random: torch.Generator, *, resamples: int = RESAMPLES) -> Tensor:
    """Return how often each of n pictures occurs in each resample, float32, shape (resamples, n)."""
    drawn = torch.randint(n, (resamples, n), generator=random)
    return torch.zeros(resamples, n).scatter_add_(1, drawn, torch.ones(resamples, n))


def figure(value: float, resampled: Tensor) -> Figure:
    """Return the figure of a value and of what it came out as in each resample, shape (R,).

    The interval is the percentile one, moved so that the middle of the resamples lies on the value: resamples hold
    pictures twice, which biases some figures.
    """
    resampled = resampled.double()
    shift = value - resampled.median()
    low, high = (resampled.quantile(share) + shift for share in (LOW, HIGH))
    return Figure(value, float(resampled.std()), float(low), float(high))


def mean_figure(values: Tensor, random: torch.Generator) -> Figure:
    """Return the mean of one figure for each picture, shape (N,), with its uncertainty."""
    values = values.double()
    weights = resample(len(values), random).double()
    return figure(float(values.mean()), weights @ values / len(values))
