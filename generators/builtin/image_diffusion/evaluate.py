"""Measuring `image-diffusion` on held-out pictures."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from generators.builtin.image_diffusion.denoising import draw
from generators.builtin.image_diffusion.sample import load_network
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
    network = load_network(checkpoint, run.device)
    pictures = held_out(checkpoint, data, params)
    random = generator_for(params.seed, "evaluate")

    def drawn() -> Iterator[Tensor]:
        for batch, labels in pictures.chunks(CHUNK):
            yield draw(network, labels, len(batch), random)

    return measure(pictures, drawn(), checkpoint=checkpoint, data=data, params=params, run=run)
