"""Sampling from `image-vae`."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.sampling import draw_one_by_one
from generators.training.warm import kept_warm


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only."""
    network = load_network(checkpoint, run.device)

    def one(random: torch.Generator, number: int | None) -> Tensor:
        latent = network.prior.draw(number or 0, random, truncation=params.truncation)[None].to(run.device)
        return network.decode(latent, None if number is None else torch.tensor([number], device=run.device))

    return draw_one_by_one(checkpoint, params, run, one)


def load_network(checkpoint: Checkpoint, device: str) -> VariationalAutoencoder:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, VariationalAutoencoder)
