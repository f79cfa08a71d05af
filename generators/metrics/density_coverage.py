"""Density and coverage: precision and recall that a few odd real pictures cannot lift.

Source: Naeem, Oh, Uh, Choi and Yoo, Reliable Fidelity and Diversity Metrics for Generative Models, 2020.
https://arxiv.org/abs/2002.09797
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, mean_figure
from generators.metrics.neighbours import distances, radii

K = 5  # of the paper's experiments


def density(real: Tensor, drawn: Tensor, random: torch.Generator, *, k: int = K) -> Figure:
    """Return how many real neighbourhoods a drawn picture lies in, over k: about 1 for real pictures, no upper limit.

    Args:
        real: Features, shape (N, F), N greater than k.
        drawn: Shape (M, F).
    """
    around = radii(real, k)
    counts = torch.empty(len(drawn), dtype=torch.float64)
    for here, rows in distances(drawn, real):
        counts[here] = (rows < around).double().sum(1) / k
    return mean_figure(counts, random)


def coverage(real: Tensor, drawn: Tensor, random: torch.Generator, *, k: int = K) -> Figure:
    """Return the share of real pictures with a drawn one within the radius of their k-th neighbour."""
    around = radii(real, k)
    covered = torch.empty(len(real), dtype=torch.float64)
    for here, rows in distances(real, drawn):
        covered[here] = (rows.min(1).values < around[here]).double()
    return mean_figure(covered, random)
