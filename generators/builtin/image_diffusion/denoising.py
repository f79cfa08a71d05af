"""Pictures from a network: from noise alone, or from a picture that is taken part of the way towards noise."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generators.builtin.image_diffusion.guidance import guided
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.recipes import Sampler
from generators.builtin.image_diffusion.samplers import denoise


class Care(NamedTuple):
    """How pictures are drawn; `steps` are those of the whole way from noise."""

    sampler: Sampler = "auto"
    steps: int = 25
    guidance: float = 2.0


USUAL = Care()


@torch.inference_mode()
def draw(
    network: Denoiser, labels: Tensor | None, count: int, random: torch.Generator, care: Care = USUAL
) -> Tensor:
    """Return pictures in [-1, 1], shape (count, C, H, W), on the network's device.

    Args:
        labels: Numbers of the labels, shape (count,); None where the network knows none.
        random: Where the noise comes from, on the CPU.
    """
    return network.decode(denoised(network, labels, count, random, care))


@torch.inference_mode()
def image_to_image(
    network: Denoiser,
    pictures: Tensor,
    labels: Tensor | None,
    random: torch.Generator,
    care: Care = USUAL,
    *,
    strength: float,
) -> Tensor:
    """Return variations of pictures: noise is added up to a strength and taken away again.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W), at the network's resolution and with its channels.
        labels: What they should become, shape (B,); None where the network knows no labels.
        strength: In (0, 1]; small keeps composition and colours, 1 keeps next to nothing.

    Source: Meng et al., SDEdit, 2022, https://arxiv.org/abs/2108.01073.
    """
    begin = network.encode(pictures.to(next(network.parameters()).device))
    return network.decode(denoised(network, labels, len(pictures), random, care, begin, strength))


def denoised(
    network: Denoiser,
    labels: Tensor | None,
    count: int,
    random: torch.Generator,
    care: Care,
    begin: Tensor | None = None,
    strength: float = 1.0,
) -> Tensor:
    """Return what `draw` and `image_to_image` decode to pictures, shape (count, *network.shape)."""
    device = next(network.parameters()).device
    return denoise(
        guided(network, None if labels is None else labels.to(device), care.guidance),
        torch.randn(count, *network.shape, generator=random).to(device),
        recipe=network.recipe,
        sampler=care.sampler,
        steps=care.steps,
        random=random,
        begin=begin,
        strength=strength,
        bounded=network.autoencoder is None,
    )
