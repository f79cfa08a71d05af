"""Measuring `image-vae` on held-out pictures: its samples, and how well it reconstructs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.sample import load_network
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.psnr import psnr
from generators.metrics.ssim import ssim
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.measure import CHUNK, held_out, measure_frechet
from generators.training.pictures import Pictures
from generators.training.randomness import generator_for


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return the Frechet distance of as many samples with the same labels, and PSNR and SSIM of reconstructions."""
    network = load_network(checkpoint, run.device)
    pictures = held_out(checkpoint, data, params.split)
    random = generator_for(params.seed, "evaluate")

    @torch.inference_mode()
    def drawn() -> Iterator[Tensor]:
        for batch, labels in pictures.chunks(CHUNK):
            groups = [0] * len(batch) if labels is None else labels.tolist()
            latent = torch.stack([network.prior.draw(group, random) for group in groups]).to(run.device)
            yield network.decode(latent, None if labels is None else labels.to(run.device))

    return measure_frechet(pictures, drawn(), run) | measure_reconstructions(network, pictures, run)


@torch.inference_mode()
def measure_reconstructions(
    network: VariationalAutoencoder, pictures: Pictures, run: Run
) -> dict[str, float]:
    """Return the means over pictures of PSNR (dB) and SSIM between each and what its encoding's mean decodes to."""
    decibels: list[Tensor] = []
    similarities: list[Tensor] = []
    for batch, labels in pictures.chunks(CHUNK):
        original = _with_channels(batch, network.channels).to(run.device)
        given = None if labels is None else labels.to(run.device)
        mean, _ = network.encode(original, given)
        reconstruction = network.decode(mean, given)
        decibels.append(psnr(reconstruction, original, data_range=2))
        similarities.append(ssim(reconstruction, original, data_range=2))
        run.report(len(pictures), len(pictures), "Comparing reconstructions")
    return {"psnr_db": torch.cat(decibels).mean().item(), "ssim": torch.cat(similarities).mean().item()}


def _with_channels(pictures: Tensor, channels: int) -> Tensor:
    """Return grey pictures in colour or coloured ones in grey, where the network was trained on the other kind."""
    if pictures.shape[1] == channels:
        return pictures
    return pictures.expand(-1, 3, -1, -1) if channels == 3 else pictures.mean(1, keepdim=True)
