"""Measuring `image-gan` on held-out pictures."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_gan.sample import load_generator
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.measure import CHUNK, held_out, measure
from generators.training.randomness import generator_for


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return how as many samples with the same labels compare with held-out pictures."""
    generator = load_generator(checkpoint, run.device)
    pictures = held_out(checkpoint, data, params)
    random = generator_for(params.seed, "evaluate")

    @torch.inference_mode()
    def drawn() -> Iterator[Tensor]:
        for batch, labels in pictures.chunks(CHUNK):
            latent = torch.randn(len(batch), generator.latent_dim, generator=random).to(run.device)
            yield generator(latent, None if labels is None else labels.to(run.device))

    return measure(pictures, drawn(), checkpoint=checkpoint, data=data, params=params, run=run)
