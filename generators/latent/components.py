"""The directions in which the styles of a generator differ most: principal components of its style space.

The mapping network turns latent vectors, which all lie alike in every direction, into styles, which do not. Styles of
one label are compared with each other only, so a component does not lead from one label to another. Components have no
names; what each changes is measured on other points, and people call it what they see.

Source: Härkönen et al., GANSpace: Discovering Interpretable GAN Controls, 2020, section 2.1.
https://arxiv.org/abs/2004.02546
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.errors import BadParams
from generators.latent.attributes import ATTRIBUTES, measured
from generators.latent.latents import Latents
from generators.latent.params import COMPONENTS
from generators.metrics.extractors.own import Own
from generators.training.randomness import generator_for

STYLES, CHECKED = 4096, 64
TOLD = 3
"""Labels whose probability changes most are told, so many."""


@dataclass(frozen=True)
class Component:
    """A way through the style space.

    Attributes:
        step: One standard deviation along it, shape (S,).
        share: Of the variance of styles, from 0 to 1.
    """

    name: str
    step: Tensor
    share: float


@dataclass(frozen=True)
class Effect:
    """What a step from -1 to +1 changed on other points: mean differences, and their standard errors."""

    changes: dict[str, float]
    errors: dict[str, float]
    labels: list[tuple[str, float, float]]
    """Of those labels whose probability changed most: the mean difference and its standard error."""


def principal(styles: Tensor, labels: Tensor) -> list[Component]:
    """Return the COMPONENTS largest principal components of styles (N, S), within the labels (N,)."""
    styles = styles.double().clone()
    for label in torch.unique(labels):
        styles[labels == label] -= styles[labels == label].mean(0)
    _, scales, ways = torch.linalg.svd(styles, full_matrices=False)
    deviations = scales / len(styles) ** 0.5
    shares = deviations.square() / deviations.square().sum()
    found = []
    for number in range(min(COMPONENTS, len(ways))):
        way = (
            ways[number] * ways[number][ways[number].abs().argmax()].sign()
        )  # else the sign is left to chance
        step = (deviations[number] * way).float()
        found.append(Component(f"component_{number + 1}", step, float(shares[number])))
    return found


def find_components(latents: Latents) -> list[Component]:
    """Return the components of a checkpoint's style space; the same for the same checkpoint.

    Raises:
        BadParams: If its network has no mapping to styles.
    """
    if not latents.has_styles:
        raise BadParams(
            "This checkpoint's network has no style space. Train image-gan by the recipe stylegan2 or spectral."
        )
    labels = torch.arange(STYLES) % max(latents.labels, 1)
    return principal(latents.styles(latents.points(STYLES, generator_for(0, "styles")), labels), labels)


def effects(
    latents: Latents,
    components: list[Component],
    classifier: Own | None,
    names: tuple[str, ...],
    on_progress: Callable[[int, int], None],
) -> list[Effect]:
    """Return what each component changes.

    Args:
        classifier: Tells labels apart; None where there are no labelled pictures to learn that from.
        names: Its labels.
    """
    points = latents.points(CHECKED, generator_for(1, "styles"))
    styles = latents.styles(points, torch.arange(CHECKED) % max(latents.labels, 1))
    found = []
    for number, component in enumerate(components):
        ends = [latents.drawn(styles + sign * component.step) for sign in (1, -1)]
        change = measured(ends[0]).double() - measured(ends[1]).double()
        told: list[tuple[str, float, float]] = []
        if classifier is not None:
            chances = [classifier.see(one, device="cpu").logits.double().softmax(1) for one in ends]
            moved = chances[0] - chances[1]
            error = moved.std(0) / CHECKED**0.5
            for place in moved.mean(0).abs().topk(min(TOLD, len(names))).indices.tolist():
                told.append((names[place], float(moved[:, place].mean()), float(error[place])))
        means, errors = change.mean(0).tolist(), (change.std(0) / CHECKED**0.5).tolist()
        found.append(
            Effect(
                dict(zip(ATTRIBUTES, means, strict=True)), dict(zip(ATTRIBUTES, errors, strict=True)), told
            )
        )
        on_progress(number + 1, len(components))
    return found
