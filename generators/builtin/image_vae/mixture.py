"""Mixtures of Gaussians with full covariances, fitted by expectation and maximisation.

A trained encoder does not spread pictures like the standard normal that its loss asks for; drawing from what it really
does is the cheapest improvement of a VAE's samples (Ghosh et al., From Variational to Deterministic Autoencoders, 2020,
https://arxiv.org/abs/1903.12436, section 4). The algorithm is Bishop, Pattern Recognition and Machine Learning, 9.2.2.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

ITERATIONS = 30
RIDGE = 1e-4  # added to each variance, as a share of the data's mean variance
SHRINKAGE = 0.5
"""Examples for each dimension that speak for independent dimensions: correlations have to outvote them."""
EXAMPLES_PER_DIMENSION = 3
"""Fewest examples of a component for each dimension; with fewer, a full covariance would learn them by heart."""


class Gaussians(NamedTuple):
    """A mixture of K Gaussians over Z dimensions."""

    weights: Tensor  # (K,), sum 1
    means: Tensor  # (K, Z)
    factors: Tensor  # (K, Z, Z), lower Cholesky factors of the covariances


def fit_gaussians(points: Tensor, *, components: int, random: torch.Generator) -> Gaussians:
    """Return the mixture that makes the points likely, found from a seeded start.

    Args:
        points: Shape (N, Z).
        components: At most so many Gaussians; fewer where there are too few points for them.
        random: Chooses the points that the means start from.
    """
    points = points.double()
    count, dimensions = points.shape
    components = max(1, min(components, count // (EXAMPLES_PER_DIMENSION * dimensions)))
    ridge = (
        RIDGE * points.var(0, correction=0).mean().clamp(min=1e-8) * torch.eye(dimensions, dtype=points.dtype)
    )
    nearest = torch.cdist(points, _spread_out(points, components, random)).argmin(1)
    mixture = _maximise(points, nn.functional.one_hot(nearest, components).double(), ridge)
    for _ in range(ITERATIONS if components > 1 else 0):
        mixture = _maximise(points, torch.softmax(_log_joint(points, mixture), 1), ridge)
    return mixture


def log_likelihood(points: Tensor, mixture: Gaussians) -> Tensor:
    """Return the log density of each point in nats, shape (N,)."""
    return torch.logsumexp(_log_joint(points.double(), mixture), 1)


def _spread_out(points: Tensor, components: int, random: torch.Generator) -> Tensor:
    """Return points far from each other (k-means++: Arthur and Vassilvitskii, 2007)."""
    chosen = [points[torch.randint(len(points), (), generator=random)]]
    while len(chosen) < components:
        squared = torch.cdist(points, torch.stack(chosen)).amin(1).square() + 1e-12
        chosen.append(points[torch.multinomial(squared, 1, generator=random)[0]])
    return torch.stack(chosen)


def _maximise(points: Tensor, shares: Tensor, ridge: Tensor) -> Gaussians:
    """Return the mixture that is best where component k is responsible for shares[:, k] of the points."""
    mass = shares.sum(0) + 1e-9  # (K,)
    means = shares.T @ points / mass[:, None]
    factors = []
    for share, mean, weight in zip(shares.T, means, mass, strict=True):
        offset = points - mean
        covariance = (share[:, None] * offset).T @ offset / weight
        doubt = SHRINKAGE * points.shape[1] / (weight + SHRINKAGE * points.shape[1])
        covariance = torch.lerp(covariance, covariance.diagonal().diag(), doubt)
        factors.append(torch.linalg.cholesky(covariance + ridge))
    return Gaussians(mass / mass.sum(), means, torch.stack(factors))


def _log_joint(points: Tensor, mixture: Gaussians) -> Tensor:  # (N, Z) -> (N, K)
    columns = []
    for weight, mean, factor in zip(*mixture, strict=True):
        whitened = torch.linalg.solve_triangular(factor, (points - mean).T, upper=False)  # (Z, N)
        log_norm = factor.diagonal().log().sum() + 0.5 * len(mean) * math.log(2 * math.pi)
        columns.append(weight.log() - log_norm - 0.5 * whitened.square().sum(0))
    return torch.stack(columns, 1)


class Mixture(nn.Module):
    """The mixtures of all labels as buffers of a network. Before they are fitted, each is a standard normal."""

    weights: Tensor  # (G, K)
    means: Tensor  # (G, K, Z)
    factors: Tensor  # (G, K, Z, Z)

    def __init__(self, *, groups: int, components: int, dimensions: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.full((groups, components), 1 / components))
        self.register_buffer("means", torch.zeros(groups, components, dimensions))
        self.register_buffer("factors", torch.eye(dimensions).repeat(groups, components, 1, 1))

    def put(self, group: int, mixture: Gaussians) -> None:
        """Keep a label's mixture; one with fewer components fills the rest with weight 0."""
        count = len(mixture.weights)
        self.weights[group] = 0
        self.weights[group, :count] = mixture.weights.float()
        self.means[group, :count] = mixture.means.float()
        self.factors[group, :count] = mixture.factors.float()

    def draw(self, group: int, random: torch.Generator, *, truncation: float = 1.0) -> Tensor:
        """Return one latent vector, shape (Z,), on the CPU; below 1, `truncation` moves it to its Gaussian's mean."""
        weights, means, factors = (buffer[group].cpu() for buffer in (self.weights, self.means, self.factors))
        component = torch.multinomial(weights, 1, generator=random)[0]
        offset = factors[component] @ torch.randn(means.shape[1], generator=random)
        return means[component] + truncation * offset

    def log_prob(self, points: Tensor, groups: Tensor | None) -> Tensor:
        """Return the log density in nats, shape (N,), of points (N, Z) under the mixtures of their groups (N,)."""
        of_all = torch.zeros(len(points), dtype=torch.long) if groups is None else groups
        density = torch.empty(len(points))
        for group in sorted(set(of_all.tolist())):
            mixture = Gaussians(
                *(part[group].cpu().double() for part in (self.weights, self.means, self.factors))
            )
            density[of_all == group] = log_likelihood(points[of_all == group], mixture).float()
        return density
