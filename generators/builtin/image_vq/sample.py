"""Sampling from `image-vq`."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.sampling import draw_one_by_one
from generators.training.warm import kept_warm


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only."""
    network = load_network(checkpoint, run.device)

    def one(random: torch.Generator, number: int | None) -> Tensor:
        given = None if number is None else torch.tensor([number], device=run.device)
        return network.draw(1, given, random, temperature=params.temperature)

    return draw_one_by_one(checkpoint, params, run, one)


def load_network(checkpoint: Checkpoint, device: str) -> VectorQuantised:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, VectorQuantised)
