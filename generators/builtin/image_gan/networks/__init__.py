"""The networks of `image-gan`, by name: each module has a `Generator` and a `Discriminator`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from torch import nn

from generators.builtin.image_gan.networks.layers import LatentGenerator
from generators.builtin.image_gan.recipes import RECIPES

BEFORE_RECIPES = "spectral"
"""What a checkpoint that names no recipe was trained by."""


def build_generator(*, recipe: str = BEFORE_RECIPES, **facts: Any) -> LatentGenerator:
    """Return the untrained generator of a checkpoint's config."""
    network: LatentGenerator = import_module(f"{__name__}.{RECIPES[recipe].generator}").Generator(**facts)
    return network


def build_discriminator(*, recipe: str, latent_dim: int, **facts: Any) -> nn.Module:
    """Return the untrained discriminator that belongs to it."""
    module, _, kind = RECIPES[recipe].discriminator.partition(".")
    network: nn.Module = getattr(import_module(f"{__name__}.{module}"), kind or "Discriminator")(**facts)
    return network
