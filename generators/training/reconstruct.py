"""How well an autoencoder gives held-out pictures back."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.metrics.bootstrap import mean_figure
from generators.metrics.perceptual import perceptual_distance
from generators.metrics.psnr import psnr
from generators.metrics.reconstruction import reconstruction_error
from generators.metrics.ssim import ssim
from generators.run import Run
from generators.training.likelihood import optimal_variance
from generators.training.measure import CHUNK
from generators.training.pictures import Pictures
from generators.training.randomness import generator_for

RECONSTRUCTIONS = 200  # that a decoder's variance is found on
Reconstruct = Callable[[Tensor, Tensor | None], Tensor]
"""Gives pictures (B, C, H, W) in [-1, 1] and labels (B,) back as pictures of the same shape."""


@torch.inference_mode()
def measure_reconstructions(pictures: Pictures, reconstruct: Reconstruct, run: Run) -> dict[str, float]:
    """Return means over pictures and their reconstructions: PSNR (dB), SSIM, error and layer distance.

    The error is the root mean squared one as a share of the range; the layer distance is no LPIPS.
    """
    decibels: list[Tensor] = []
    similarities: list[Tensor] = []
    errors: list[Tensor] = []
    distances: list[Tensor] = []
    for batch, labels in pictures.chunks(CHUNK):
        original = batch.to(run.device)
        given = reconstruct(original, None if labels is None else labels.to(run.device))
        decibels.append(psnr(given, original, data_range=2))
        similarities.append(ssim(given, original, data_range=2))
        errors.append(reconstruction_error(original, given, data_range=2))
        distances.append(perceptual_distance(original, given, device=run.device))
        run.report(len(pictures), len(pictures), "Comparing reconstructions")
    figures = {
        "psnr_db": decibels,
        "ssim": similarities,
        "reconstruction_error": errors,
        "layer_distance": distances,
    }
    found: dict[str, float] = {}
    for name, parts in figures.items():
        found |= mean_figure(torch.cat(parts).cpu(), generator_for(0, name)).named(name)
    return found


@torch.no_grad()
def shared_variance(pictures: Pictures, reconstruct: Reconstruct, *, seed: int, device: str) -> Tensor:
    """Return the variance under which reconstructions of training pictures are most likely, a scalar on the CPU."""
    chosen = pictures.at_most(RECONSTRUCTIONS, generator_for(seed, "variance"))
    errors = [
        (
            batch - reconstruct(batch.to(device), None if labels is None else labels.to(device)).float().cpu()
        ).square()
        for batch, labels in chosen.chunks(CHUNK)
    ]
    return optimal_variance(torch.cat(errors))


def with_channels(pictures: Pictures, channels: int) -> Pictures:
    """Return grey pictures in colour or coloured ones in grey, where a network was trained on the other kind."""
    if pictures.channels == channels:
        return pictures
    grey = pictures.images.float().mean(1, keepdim=True).round().to(torch.uint8)
    return Pictures(grey.expand(-1, channels, -1, -1).contiguous(), pictures.labels, pictures.names)
