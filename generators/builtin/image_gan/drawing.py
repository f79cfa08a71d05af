"""`image-gan` as compression and export see it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.builtin.image_gan.networks import build_generator
from generators.builtin.image_gan.sample import load_generator
from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing, Inputs


def drawing_of(checkpoint: Checkpoint, device: str) -> Drawing:
    """Return the checkpoint's generator with latent vectors, and labels where it has any, as inputs."""
    labels = len(checkpoint.labels)

    def inputs(network: nn.Module, count: int, random: torch.Generator) -> Inputs:
        latent = torch.randn(count, int(network.latent_dim), generator=random).to(device)  # type: ignore[arg-type]
        if not labels:
            return (latent,)
        return latent, torch.randint(labels, (count,), generator=random).to(device)

    def outputs(network: nn.Module, given: Inputs) -> tuple[Tensor, ...]:
        return (network(given[0], given[1] if labels else None),)

    names = ("latent", "label") if labels else ("latent",)
    return Drawing(load_generator(checkpoint, device), build_generator, names, inputs, outputs)
