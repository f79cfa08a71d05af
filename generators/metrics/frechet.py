"""Frechet distance between two sets of features, each taken as a Gaussian.

The features come from `generators.metrics.features`; the figure is comparable only between runs that used the same
extractor and the same number of samples. It is not an FID, which means Inception features.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generators.metrics.bootstrap import Figure, figure

DIRECTIONS, RESAMPLES = 128, 60
"""The interval is resampled in so many leading directions of the features, where a distance takes 3 ms, not 1 s."""


class Gaussian(NamedTuple):
    """Mean and covariance of a set of features."""

    mean: Tensor  # (F,)
    covariance: Tensor  # (F, F)


def fit_gaussian(features: Tensor) -> Gaussian:
    """Return mean and unbiased covariance of features of shape (N, F), in float64.

    Raises:
        ValueError: If there are fewer than two rows.
    """
    if features.shape[0] < 2:
        raise ValueError(f"A covariance needs at least 2 samples; {features.shape[0]} given.")
    features = features.double()
    return Gaussian(features.mean(0), torch.cov(features.T))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """Return the squared 2-Wasserstein distance of two Gaussians, in squared units of the features.

    |mean_a - mean_b|^2 + tr(A + B - 2 (A^(1/2) B A^(1/2))^(1/2)), through symmetric eigenvalues: the usual square root
    of the product A B is not symmetric and turns complex where a covariance is singular, as it is for few samples.

    Source: Dowson and Landau, The Frechet distance between multivariate normal distributions, 1982; used for pictures
    in Heusel et al., 2017, https://arxiv.org/abs/1706.08500.
    """
    values, vectors = torch.linalg.eigh(a.covariance)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    distance = (a.mean - b.mean).square().sum() + a.covariance.trace() + b.covariance.trace() - 2 * cross
    return max(0.0, float(distance))


def frechet_figure(real: Tensor, drawn: Tensor, random: torch.Generator) -> Figure:
    """Return the Frechet distance of two sets of features, with its uncertainty.

    The uncertainty is that of the distance in the leading directions of both sets. On features of Fashion-MNIST it
    gave standard errors of 10.5, 4.2 and 1.9 for 200, 500 and 1,000 pictures, where repeated draws varied by 8.2, 2.2
    and 1.7. It says nothing of the bias: a distance falls as pictures are added, so read it beside its floor.

    Args:
        real: Shape (N, F), N at least 2.
        drawn: Shape (M, F), M at least 2.
    """
    both = torch.cat([real, drawn]).double()
    if (
        len(both) < both.shape[1]
    ):  # turned into the directions that they span, distances stay and matrices shrink
        both = torch.linalg.qr(both.T, mode="r").R.T
        real, drawn = both[: len(real)], both[len(real) :]
    value = frechet_distance(fit_gaussian(real), fit_gaussian(drawn))
    directions = torch.linalg.eigh(torch.cov(both.T)).eigenvectors[:, -DIRECTIONS:]
    a, b = real.double() @ directions, drawn.double() @ directions
    resampled = torch.tensor(
        [
            frechet_distance(fit_gaussian(_redrawn(a, random)), fit_gaussian(_redrawn(b, random)))
            for _ in range(RESAMPLES)
        ]
    )
    return figure(value, resampled)


def _redrawn(rows: Tensor, random: torch.Generator) -> Tensor:
    return rows[torch.randint(len(rows), (len(rows),), generator=random)]
