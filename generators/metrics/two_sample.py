"""How often a classifier tells drawn pictures from real ones: 0.5 is not at all, 1 is always."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from generators.metrics.bootstrap import Figure, mean_figure

FOLDS = 5
PENALTY = 1.0
"""Weight of half the squared length of the standardised weights, beside the sum of all losses over a hundred."""
STEPS = 25


def two_sample_accuracy(real: Tensor, drawn: Tensor, random: torch.Generator) -> Figure:
    """Return the share of pictures whose kind is told by a logistic regression that learned from the others.

    Each of five parts is judged by a classifier of the other four, so no picture is judged by what learned from it.

    Args:
        real: Features, shape (N, F), N at least 5.
        drawn: Shape (M, F); both sets are cut to the smaller one's size, so that guessing scores 0.5.

    Raises:
        ValueError: If a set has fewer than five rows.

    Source: Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, 2017. https://arxiv.org/abs/1610.06545
    """
    n = min(len(real), len(drawn))
    if n < FOLDS:
        raise ValueError(f"Telling two sets apart needs at least {FOLDS} samples of each; {n} given.")
    features = torch.cat([real[:n], drawn[:n]]).float()
    kind = torch.cat([torch.zeros(n), torch.ones(n)])
    fold = torch.cat([torch.randperm(n, generator=random) % FOLDS for _ in range(2)])
    right = torch.empty(2 * n)
    for number in range(FOLDS):
        held_out = fold == number
        scores = _fit(features[~held_out], kind[~held_out])(features[held_out])
        right[held_out] = ((scores > 0) == (kind[held_out] > 0.5)).float()
    return mean_figure(right, random)


class _Linear:
    """Standardises features and scores them."""

    def __init__(self, features: Tensor) -> None:
        self.mean = features.mean(0)
        self.scale = features.std(0).clamp(min=1e-6)
        self.weight = torch.zeros(features.shape[1] + 1)

    def __call__(self, features: Tensor) -> Tensor:
        return (features - self.mean) / self.scale @ self.weight[:-1] + self.weight[-1]


def _fit(features: Tensor, kind: Tensor) -> _Linear:
    classifier = _Linear(features)
    inputs = (features - classifier.mean) / classifier.scale
    weight = classifier.weight.requires_grad_()
    optimizer = torch.optim.LBFGS([weight], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = inputs @ weight[:-1] + weight[-1]
        penalty = PENALTY * weight[:-1].square().sum() / 2
        total = binary_cross_entropy_with_logits(scores, kind, reduction="sum") / 100 + penalty
        total.backward()  # type: ignore[no-untyped-call]
        return total

    with torch.enable_grad():
        optimizer.step(loss)  # type: ignore[no-untyped-call]
    weight.requires_grad_(False)
    return classifier
