"""Sampling from `image-gan`."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_gan.networks import build_generator
from generators.builtin.image_gan.networks.layers import LatentGenerator
from generators.builtin.image_gan.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.randomness import generator_for
from generators.training.sampling import draw_one_by_one
from generators.training.warm import kept_warm

MEAN_STYLE_SAMPLES = 1000


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only."""
    generator = load_generator(checkpoint, run.device)

    def one(random: torch.Generator, number: int | None) -> Tensor:
        latent = torch.randn(1, generator.latent_dim, generator=random).to(run.device)
        return draw(generator, latent, number, truncation=params.truncation)

    return draw_one_by_one(checkpoint, params, run, one)


@torch.inference_mode()
def draw(
    generator: LatentGenerator, latent: Tensor, number: int | None, *, truncation: float = 1.0
) -> Tensor:
    """Return a picture in [-1, 1], shape (1, C, H, W).

    Args:
        truncation: How far from the average style of its label it may go, as a share of the whole way (Karras et al.,
            A Style-Based Generator Architecture, 2019, appendix B. https://arxiv.org/abs/1812.04948).
    """
    style = generator.style(latent, _labels(number, latent))
    if truncation < 1:
        many = torch.randn(MEAN_STYLE_SAMPLES, latent.shape[1], generator=generator_for(0, "mean style"))
        many = many.to(latent.device)
        mean = generator.style(many, _labels(number, many)).mean(0, keepdim=True)
        style = mean + truncation * (style - mean)
    return generator.synthesise(style)


def load_generator(checkpoint: Checkpoint, device: str) -> LatentGenerator:
    """Return the checkpoint's generator, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, build_generator)


def _labels(number: int | None, latent: Tensor) -> Tensor | None:
    return None if number is None else torch.full((len(latent),), number, device=latent.device)
