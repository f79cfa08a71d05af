"""Measuring `image-vq` on held-out pictures: its samples, its likelihood in two parts, and how well it reconstructs."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.sample import load_network
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.likelihood import bits_per_dim, dequantised, negative_log_likelihood
from generators.training.measure import CHUNK, held_out, measure
from generators.training.pictures import Pictures
from generators.training.randomness import generator_for
from generators.training.reconstruct import measure_reconstructions, with_channels


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return how as many samples with the same labels compare, the likelihood, and how well it reconstructs."""
    network = load_network(checkpoint, run.device)
    pictures = with_channels(held_out(checkpoint, data, params), network.channels)
    random = generator_for(params.seed, "evaluate")

    @torch.inference_mode()
    def drawn() -> Iterator[Tensor]:
        for batch, labels in pictures.chunks(CHUNK):
            yield network.draw(len(batch), None if labels is None else labels.to(run.device), random)

    sigma = checkpoint.metrics["decoder_sigma"]
    return (
        measure(pictures, drawn(), checkpoint=checkpoint, data=data, params=params, run=run)
        | measure_likelihood(network, pictures, sigma, run, seed=params.seed)
        | measure_reconstructions(pictures, network.reconstruct, run)
    )


@torch.inference_mode()
def measure_likelihood(
    network: VectorQuantised, pictures: Pictures, sigma: float, run: Run, *, seed: int
) -> dict[str, float]:
    """Return the mean of -log p(x | codes) - log p(codes | label) over pictures: a bound on -log p(x | label).

    A picture has one grid of codes, so there is nothing to subtract: the bound is what it costs to store the picture.

    Args:
        sigma: Standard deviation of the decoder's Gaussian, found on training pictures.

    Returns:
        `nats` of a picture (a density over [-1, 1], dequantised), `bits_per_dim` of its pixels, and that number's two
        parts, `pixels_bits_per_dim` and `codes_bits_per_dim`.
    """
    random = generator_for(seed, "likelihood")
    pixels: list[Tensor] = []
    grids: list[Tensor] = []
    for batch, labels in pictures.chunks(CHUNK):
        given = labels.to(run.device) if labels is not None and network.labels else None
        codes = network.autoencoder.codes(batch.to(run.device))
        error = (dequantised(batch, random) - network.autoencoder.decode(codes).cpu()).square()
        pixels.append(negative_log_likelihood(error, torch.tensor(sigma**2)))
        grids.append(network.prior.nats(codes, given).cpu())
        run.report(len(pictures), len(pictures), "Measuring the likelihood")
    dimensions = pictures.images[0].numel()
    decoder, prior = torch.cat(pixels).mean(), torch.cat(grids).mean()
    codes_bits = prior.item() / (dimensions * math.log(2))
    pixels_bits = bits_per_dim(decoder, dimensions).item()
    return {
        "nats": (decoder + prior).item(),
        "bits_per_dim": pixels_bits + codes_bits,
        "pixels_bits_per_dim": pixels_bits,
        "codes_bits_per_dim": codes_bits,
    }
