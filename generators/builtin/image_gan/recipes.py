"""The recipes of `image-gan`: which networks play, for which loss, at which pace. Torch-free; the spec reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RecipeName = Literal[
    "spectral",
    "r3gan",
    "stylegan2",
    "projection",
    "progressive",
    "wgan-gp",
    "dcgan",
    "fully-connected",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One of the ways to train a generator against a discriminator."""

    title: str
    paper: str
    generator: str
    """The module in `networks` whose Generator is trained."""
    discriminator: str
    """The module whose Discriminator it is trained against, or `module.Class`."""
    loss: Literal["non_saturating", "hinge", "wasserstein", "relativistic"]
    learning_rate: float
    """Of the generator's Adam, where the params name none."""
    pace: float = 1
    """The discriminator's learning rate, in those of the generator."""
    betas: tuple[float, float] = (0.0, 0.99)
    discriminator_steps: int = 1
    """The generator is changed at every so many steps of the discriminator."""
    penalty: Literal["none", "real", "real_and_fake", "interpolated"] = "none"
    """Where the discriminator's slope is kept in bounds: R1, R1 and R2, or between real and generated pictures."""
    penalty_weight: float = 0
    penalty_every: int = 1
    """A lazy penalty is paid at every so many steps, and so many times as much then."""
    averaged: bool = True
    """Whether samples come from an average of the weights; the older papers had none."""
    apart: bool = False
    """Whether the discriminator sees real and generated pictures in batches of their own."""


RECIPES: dict[str, Recipe] = {
    "spectral": Recipe(
        title="Spectral normalisation, hinge loss",
        paper="https://arxiv.org/abs/1802.05957",
        generator="modulated",
        discriminator="modulated",
        loss="hinge",
        learning_rate=5e-4,
        pace=4,  # two time scales: Heusel et al. 2017, https://arxiv.org/abs/1706.08500
    ),
    "r3gan": Recipe(
        title="R3GAN",
        paper="https://arxiv.org/abs/2501.05441",
        generator="r3gan",
        discriminator="r3gan",
        loss="relativistic",
        learning_rate=5e-4,
        penalty="real_and_fake",
        penalty_weight=5,
        penalty_every=8,
    ),
    "stylegan2": Recipe(
        title="StyleGAN2",
        paper="https://arxiv.org/abs/1912.04958",
        generator="stylegan2",
        discriminator="stylegan2",
        loss="non_saturating",
        learning_rate=2e-3,
        penalty="real",
        penalty_weight=1,
        penalty_every=16,
        apart=True,
    ),
    "projection": Recipe(
        title="Conditional, projection discriminator",
        paper="https://arxiv.org/abs/1802.05637",
        generator="conditional",
        discriminator="modulated",
        loss="hinge",
        learning_rate=5e-4,
        pace=4,
        betas=(0.0, 0.9),
    ),
    "progressive": Recipe(
        title="Progressive growing",
        paper="https://arxiv.org/abs/1710.10196",
        generator="progressive",
        discriminator="progressive",
        loss="wasserstein",
        learning_rate=1e-3,
        penalty="interpolated",
        penalty_weight=10,
        apart=True,
    ),
    "wgan-gp": Recipe(
        title="Wasserstein distance, gradient penalty",
        paper="https://arxiv.org/abs/1704.00028",
        generator="dcgan",
        discriminator="dcgan.Critic",
        loss="wasserstein",
        learning_rate=1e-4,
        betas=(0.0, 0.9),
        discriminator_steps=5,
        penalty="interpolated",
        penalty_weight=10,
        averaged=False,
    ),
    "dcgan": Recipe(
        title="DCGAN",
        paper="https://arxiv.org/abs/1511.06434",
        generator="dcgan",
        discriminator="dcgan",
        loss="non_saturating",
        learning_rate=2e-4,
        betas=(0.5, 0.999),
        averaged=False,
        apart=True,
    ),
    "fully-connected": Recipe(
        title="Fully connected",
        paper="https://arxiv.org/abs/1406.2661",
        generator="fully_connected",
        discriminator="fully_connected",
        loss="non_saturating",
        learning_rate=2e-4,
        betas=(0.5, 0.999),
        averaged=False,
    ),
}
