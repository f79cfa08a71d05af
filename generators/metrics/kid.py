"""Kernel Inception Distance: how far two sets of features lie apart, estimated without bias at any number of pictures.

A Frechet distance falls as pictures are added, however good they are; the mean of this estimate does not move. So it
leads where pictures are few, and it may come out slightly below zero where the sets cannot be told apart.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

SUBSETS, SUBSET_SIZE = 100, 1000  # the paper's, and of the implementations that figures are compared with


class KernelDistance(NamedTuple):
    """A squared maximum mean discrepancy and its standard error over subsets."""

    value: float
    standard_error: float


def kernel_distance(
    a: Tensor,
    b: Tensor,
    *,
    random: torch.Generator,
    subsets: int = SUBSETS,
    subset_size: int = SUBSET_SIZE,
) -> KernelDistance:
    """Return the mean over random subsets of the unbiased estimate, and the standard error of that mean.

    Args:
        a: Features, shape (N, F).
        b: Features of the other set, shape (M, F).
        subset_size: Rows drawn from each set, without repeats; all of the smaller set's half where it has fewer than
            twice as many, so that subsets differ.

    Returns:
        In squared units of the kernel; the standard error is the deviation between subsets over the root of their
        number, which understates the error where subsets overlap much.

    Raises:
        ValueError: If a set has fewer than two rows or the features differ in length.

    Source: Binkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, 2018. https://arxiv.org/abs/1801.01401
    """
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"Features of {a.shape[1]} and {b.shape[1]} numbers cannot be compared.")
    size = min(subset_size, max(2, min(len(a), len(b)) // 2))
    values = torch.stack(
        [
            squared_mmd(
                a[torch.randperm(len(a), generator=random)[:size]],
                b[torch.randperm(len(b), generator=random)[:size]],
            )
            for _ in range(subsets)
        ]
    )
    error = float(values.std() / subsets**0.5) if subsets > 1 else 0.0
    return KernelDistance(float(values.mean()), error)


def squared_mmd(a: Tensor, b: Tensor) -> Tensor:
    """Return the unbiased estimate of the squared maximum mean discrepancy, a float64 scalar.

    Args:
        a: Features, shape (N, F), N at least 2.
        b: Shape (M, F), M at least 2.

    Source: Gretton et al., A Kernel Two-Sample Test, 2012, equation 3.
    """
    n, m = len(a), len(b)
    if min(n, m) < 2:
        raise ValueError(f"A kernel distance needs at least 2 samples of each set; {n} and {m} given.")
    return _mean_off_diagonal(kernel(a, a)) + _mean_off_diagonal(kernel(b, b)) - 2 * kernel(a, b).mean()


def kernel(a: Tensor, b: Tensor) -> Tensor:
    """Return (a . b / F + 1)^3 of every pair, float64, shape (N, M)."""
    return (a.double() @ b.double().T / a.shape[1] + 1).pow(3)


def _mean_off_diagonal(k: Tensor) -> Tensor:
    n = len(k)
    return (k.sum() - k.diagonal().sum()) / (n * (n - 1))
