"""Directions of a latent space that change one thing that can be measured, and leave the others.

Pictures of many points are measured; a ridge regression says how the attributes follow from the points. The columns of
its pseudo-inverse are the directions: along one, the regression expects one attribute to grow and the others to stay. A
step is long enough for a standard deviation, and no longer than keeps a picture what it is. What really happens is then
measured on other points and told beside the direction.

Source: Shen et al., Interpreting the Latent Space of GANs for Semantic Face Editing, 2020, sections 3.1 and 3.2, with
measured values instead of classes. https://arxiv.org/abs/1907.10786
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.latent.attributes import ATTRIBUTES, measured
from generators.latent.latents import Latents
from generators.training.randomness import generator_for

FITTED, CHECKED = 512, 64  # points
RIDGE = 0.05
LONGEST = 0.25  # of a step, as a share of how far points lie from the middle
LEAST_SPREAD = 1e-3  # an attribute that varies less cannot be steered
KEPT = 3
_kept: OrderedDict[str, dict[str, Direction]] = OrderedDict()


@dataclass(frozen=True)
class Direction:
    """A way through the latent space.

    Attributes:
        step: From a point to one whose attribute is expected to be higher, shape (Z,).
        spread: The attribute's standard deviation among what is drawn, in its own unit.
        changes: What a step from -1 to +1 changed on other points: each attribute's mean difference.
        errors: The standard errors of these differences.
    """

    name: str
    step: Tensor
    spread: float
    changes: dict[str, float]
    errors: dict[str, float]

    @property
    def works(self) -> bool:
        """Whether it changes what it is called by, beyond chance."""
        return self.changes[self.name] > 2 * self.errors[self.name]


def find_directions(
    latents: Latents, key: str, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Direction]:
    """Return a direction for each attribute that varies, by name; the same for the same checkpoint.

    Args:
        key: Names the checkpoint; the last few stay in memory.
    """
    if key not in _kept:
        _kept[key] = _find(latents, on_progress)
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def _find(latents: Latents, on_progress: Callable[[int, int], None]) -> dict[str, Direction]:
    random = generator_for(0, "directions")
    points = latents.points(FITTED, random)
    labels = torch.arange(FITTED) % max(latents.labels, 1)
    parts = []
    for first in range(0, FITTED, CHECKED):
        here = slice(first, first + CHECKED)
        parts.append(measured(latents.pictures(points[here], labels[here])))
        on_progress(first + CHECKED, FITTED)
    values = _without_labels(torch.cat(parts).double(), labels)
    steps, spreads = directions_of(points.double(), values)
    names = [name for name, spread in zip(ATTRIBUTES, spreads.tolist(), strict=True) if spread > LEAST_SPREAD]
    checked, which = latents.points(CHECKED, random), torch.arange(CHECKED) % max(latents.labels, 1)
    found = {}
    for number, name in enumerate(ATTRIBUTES):
        if name in names:
            ends = [measured(latents.pictures(checked + sign * steps[number], which)) for sign in (1, -1)]
            change = (ends[0] - ends[1]).double()
            found[name] = Direction(
                name,
                steps[number],
                float(spreads[number]),
                dict(zip(ATTRIBUTES, change.mean(0).tolist(), strict=True)),
                dict(zip(ATTRIBUTES, (change.std(0) / CHECKED**0.5).tolist(), strict=True)),
            )
    return found


def directions_of(points: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return the step of each attribute, shape (K, Z), and its standard deviation, shape (K,).

    Args:
        points: Shape (N, Z).
        values: Attributes of their pictures, shape (N, K).
    """
    centred, spread = values - values.mean(0), values.std(0)
    varies = spread > LEAST_SPREAD
    x = points - points.mean(0)
    scale = x.std(0).clamp(min=1e-6)
    x = x / scale
    ridge = RIDGE * len(x) * torch.eye(x.shape[1], dtype=x.dtype)
    weights = torch.linalg.solve(x.T @ x + ridge, x.T @ centred[:, varies] / spread[varies])  # (Z, K)
    steps = torch.zeros(values.shape[1], points.shape[1], dtype=x.dtype)
    found = torch.linalg.pinv(weights, rtol=0.05)
    longest = LONGEST * x.shape[1] ** 0.5
    steps[varies] = found * (longest / found.norm(dim=1, keepdim=True)).clamp(max=1) * scale
    return steps.float(), spread


def _without_labels(values: Tensor, labels: Tensor) -> Tensor:
    """Return values less the mean of their label: a direction is not to change what kind of thing it is."""
    for label in torch.unique(labels):
        values[labels == label] -= values[labels == label].mean(0) - values.mean(0)
    return values
