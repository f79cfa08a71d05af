"""Distances between features, a piece of rows at a time so that many pictures fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

ROWS = 1000


def distances(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Return the Euclidean distances of some rows of `a` to all of `b`, shape (ROWS, M), with which rows they are."""
    for first in range(0, len(a), ROWS):
        here = slice(first, min(first + ROWS, len(a)))
        yield here, torch.cdist(a[here], b)


def radii(features: Tensor, k: int) -> Tensor:
    """Return the distance of each row to its k-th nearest other row, shape (N,).

    Raises:
        ValueError: If there are not more than k rows.
    """
    if len(features) <= k:
        raise ValueError(f"The {k} nearest neighbours need more than {k} samples; {len(features)} given.")
    found = torch.empty(len(features), dtype=features.dtype)
    for here, rows in distances(features, features):
        rows[torch.arange(len(rows)), torch.arange(here.start, here.stop)] = (
            0.0  # itself, whatever rounding says
        )
        found[here] = rows.kthvalue(k + 1, dim=1).values
    return found
