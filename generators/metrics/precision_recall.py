"""Improved precision and recall: which drawn pictures look real, and which real ones could have been drawn."""

from __future__ import annotations

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, mean_figure
from generators.metrics.neighbours import distances, radii

K = 3  # the paper's


def precision(real: Tensor, drawn: Tensor, random: torch.Generator, *, k: int = K) -> Figure:
    """Return the share of drawn pictures that lie within the radius of some real one's k-th neighbour.

    Args:
        real: Features, shape (N, F), N greater than k.
        drawn: Shape (M, F).

    Source: Kynkäänniemi et al., Improved Precision and Recall Metric for Assessing Generative Models, 2019.
    https://arxiv.org/abs/1904.06991
    """
    return mean_figure(inside(drawn, real, radii(real, k)), random)


def recall(real: Tensor, drawn: Tensor, random: torch.Generator, *, k: int = K) -> Figure:
    """Return the share of real pictures that lie within the radius of some drawn one's k-th neighbour."""
    return mean_figure(inside(real, drawn, radii(drawn, k)), random)


def inside(points: Tensor, centres: Tensor, around: Tensor) -> Tensor:
    """Return 1 for each point that lies within the radius of any centre, else 0, shape (N,)."""
    found = torch.zeros(len(points), dtype=torch.float64)
    for here, rows in distances(points, centres):
        found[here] = (rows <= around).any(1).double()
    return found
