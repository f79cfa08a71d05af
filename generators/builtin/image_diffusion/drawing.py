"""Pictures from a network: from noise alone, or from a picture that is taken part of the way towards noise."""

from __future__ import annotations

import torch
from torch import Tensor

from generators.builtin.image_diffusion.guidance import guided
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.recipes import Sampler
from generators.builtin.image_diffusion.samplers import denoise

STEPS = 25


@torch.inference_mode()
def draw(
    network: Denoiser,
    labels: Tensor | None,
    count: int,
    random: torch.Generator,
    *,
    sampler: Sampler = "auto",
    steps: int = STEPS,
    guidance: float = 1.0,
) -> Tensor:
    """Return pictures in [-1, 1], shape (count, C, H, W), on the network's device.

    Args:
        labels: Numbers of the labels, shape (count,); None where the network knows none.
        random: Where the noise comes from, on the CPU.
    """
    device = next(network.parameters()).device
    noise = torch.randn(count, *network.shape, generator=random).to(device)
    predict = guided(network, None if labels is None else labels.to(device), guidance)
    drawn = denoise(
        predict,
        noise,
        recipe=network.recipe,
        sampler=sampler,
        steps=steps,
        random=random,
        bounded=network.autoencoder is None,
    )
    return network.decode(drawn)


@torch.inference_mode()
def image_to_image(
    network: Denoiser,
    pictures: Tensor,
    labels: Tensor | None,
    random: torch.Generator,
    *,
    strength: float,
    sampler: Sampler = "auto",
    steps: int = STEPS,
    guidance: float = 1.0,
) -> Tensor:
    """Return variations of pictures: noise is added up to a strength and taken away again.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W), at the network's resolution and with its channels.
        labels: What they should become, shape (B,); None where the network knows no labels.
        strength: In (0, 1]; small keeps composition and colours, 1 keeps next to nothing.

    Source: Meng et al., SDEdit, 2022, https://arxiv.org/abs/2108.01073.
    """
    device = next(network.parameters()).device
    noise = torch.randn(len(pictures), *network.shape, generator=random).to(device)
    drawn = denoise(
        guided(network, None if labels is None else labels.to(device), guidance),
        noise,
        recipe=network.recipe,
        sampler=sampler,
        steps=steps,
        random=random,
        begin=network.encode(pictures.to(device)),
        strength=strength,
        bounded=network.autoencoder is None,
    )
    return network.decode(drawn)
