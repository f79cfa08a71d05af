"""How well an autoencoder gives held-out pictures back."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.metrics.psnr import psnr
from generators.metrics.ssim import ssim
from generators.run import Run
from generators.training.measure import CHUNK
from generators.training.pictures import Pictures


@torch.inference_mode()
def measure_reconstructions(
    pictures: Pictures, reconstruct: Callable[[Tensor, Tensor | None], Tensor], run: Run
) -> dict[str, float]:
    """Return the means over pictures of PSNR (dB) and SSIM between each and its reconstruction.

    Args:
        reconstruct: Gives pictures (B, C, H, W) in [-1, 1] and labels (B,) back as pictures of the same shape.
    """
    decibels: list[Tensor] = []
    similarities: list[Tensor] = []
    for batch, labels in pictures.chunks(CHUNK):
        original = batch.to(run.device)
        given = reconstruct(original, None if labels is None else labels.to(run.device))
        decibels.append(psnr(given, original, data_range=2))
        similarities.append(ssim(given, original, data_range=2))
        run.report(len(pictures), len(pictures), "Comparing reconstructions")
    return {"psnr_db": torch.cat(decibels).mean().item(), "ssim": torch.cat(similarities).mean().item()}


def with_channels(pictures: Pictures, channels: int) -> Pictures:
    """Return grey pictures in colour or coloured ones in grey, where a network was trained on the other kind."""
    if pictures.channels == channels:
        return pictures
    grey = pictures.images.float().mean(1, keepdim=True).round().to(torch.uint8)
    return Pictures(grey.expand(-1, channels, -1, -1).contiguous(), pictures.labels, pictures.names)
