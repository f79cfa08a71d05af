"""Kernel Inception Distance: how far two sets of features lie apart, estimated without bias at any number of pictures.

A Frechet distance falls as pictures are added, however good they are; the mean of this estimate does not move. So it
leads where pictures are few, and it may come out slightly below zero where the sets cannot be told apart.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, figure, resample

MOST = 4000
"""Pictures of a set that are compared at most: the matrices of all pairs take 64 MB each."""
SUBSETS = 10


def kid(real: Tensor, drawn: Tensor, random: torch.Generator) -> Figure:
    """Return the squared maximum mean discrepancy of two sets of features.

    The standard error is that of the mean over disjoint subsets, a tenth of the pictures each, which are independent;
    the interval comes from resampling pictures, a pair of copies of the same picture left out.

    Args:
        real: Shape (N, F), N at least 2; the first MOST are used.
        drawn: Shape (M, F), M at least 2.

    Source: Binkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, 2018. https://arxiv.org/abs/1801.01401
    """
    real, drawn = real[:MOST], drawn[:MOST]
    within_real, within_drawn, across = kernel(real, real), kernel(drawn, drawn), kernel(real, drawn)
    a, b = (resample(len(rows), random).to(rows.dtype) for rows in (real, drawn))
    resampled = (
        _weighted_pairs(within_real, a)
        + _weighted_pairs(within_drawn, b)
        - 2 * ((a @ across) * b).double().sum(1) / (len(real) * len(drawn))
    )
    value = _mean_off_diagonal(within_real) + _mean_off_diagonal(within_drawn) - 2 * across.double().mean()
    found = figure(float(value), resampled)
    error = _subset_error(real, drawn)
    return found if error is None else found._replace(standard_error=error)


def squared_mmd(real: Tensor, drawn: Tensor) -> float:
    """Return the unbiased estimate alone, with no chance in it.

    Args:
        real: Features, shape (N, F), N at least 2.
        drawn: Shape (M, F), M at least 2.

    Raises:
        ValueError: If a set has fewer than two rows, or the features differ in length.

    Source: Gretton et al., A Kernel Two-Sample Test, 2012, equation 3.
    """
    if min(len(real), len(drawn)) < 2:
        raise ValueError(
            f"A kernel distance needs at least 2 samples of each set; {len(real)} and {len(drawn)} given."
        )
    within = _mean_off_diagonal(kernel(real, real)) + _mean_off_diagonal(kernel(drawn, drawn))
    return float(within - 2 * kernel(real, drawn).double().mean())


def kernel(a: Tensor, b: Tensor) -> Tensor:
    """Return (a . b / F + 1)^3 of every pair, in the precision of the features, shape (N, M)."""
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"Features of {a.shape[1]} and {b.shape[1]} numbers cannot be compared.")
    return (a @ b.T).div_(a.shape[1]).add_(1).pow_(3)


def _mean_off_diagonal(k: Tensor) -> Tensor:
    n = len(k)
    return (k.double().sum() - k.diagonal().double().sum()) / (n * (n - 1))


def _weighted_pairs(k: Tensor, weights: Tensor) -> Tensor:
    """Return the mean over pairs of different pictures in each resample: (R, N) weights -> (R,)."""
    total = ((weights @ k) * weights).double().sum(1) - (weights.square() @ k.diagonal()).double()
    return total / (k.shape[0] ** 2 - weights.square().double().sum(1))


def _subset_error(real: Tensor, drawn: Tensor) -> float | None:
    """Return the standard error over disjoint subsets, or None where there are too few pictures for them."""
    if min(len(real), len(drawn)) < 2 * SUBSETS:
        return None
    pairs = zip(real.chunk(SUBSETS), drawn.chunk(SUBSETS), strict=True)
    values = torch.tensor([squared_mmd(a, b) for a, b in pairs if min(len(a), len(b)) >= 2])
    return float(values.std() / len(values) ** 0.5)
