"""Measuring `image-vae` on held-out pictures: its samples, its likelihood, and how well it reconstructs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_vae.bound import measure_likelihood
from generators.builtin.image_vae.prior import draw_latent
from generators.builtin.image_vae.sample import load_network
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.measure import CHUNK, held_out, measure
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
            latent = draw_latent(network, labels, len(batch), random)
            yield network.decode(latent.to(run.device), None if labels is None else labels.to(run.device))

    def reconstruct(batch: Tensor, labels: Tensor | None) -> Tensor:
        return network.decode(network.encode(batch, labels)[0], labels)

    sigma = checkpoint.metrics["decoder_sigma"]
    return (
        measure(pictures, drawn(), checkpoint=checkpoint, data=data, params=params, run=run)
        | measure_likelihood(network, pictures, sigma, run, seed=params.seed)
        | measure_reconstructions(pictures, reconstruct, run)
    )
