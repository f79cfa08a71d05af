"""`image-vae` as compression and export see it."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.builtin.image_vae.sample import load_network
from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing, Inputs


def drawing_of(checkpoint: Checkpoint, device: str) -> Drawing:
    """Return the checkpoint's network with latent vectors of its prior, and labels where it has any, as inputs.

    Behind the pictures comes what the encoder makes of them, which a smaller network has to keep.
    """
    original = load_network(checkpoint, device)
    labels = original.labels

    def inputs(network: nn.Module, count: int, random: torch.Generator) -> Inputs:
        groups = torch.randint(max(labels, 1), (count,), generator=random)
        latent = torch.stack([original.prior.draw(group, random) for group in groups.tolist()]).to(device)
        return (latent, groups.to(device)) if labels else (latent,)

    def outputs(network: nn.Module, given: Inputs) -> tuple[Tensor, ...]:
        autoencoder = cast(VariationalAutoencoder, network)
        label = given[1] if labels else None
        picture = autoencoder.decode(given[0], label)
        return picture, *autoencoder.encode(picture, label)

    names = ("latent", "label") if labels else ("latent",)
    return Drawing(original, VariationalAutoencoder, names, inputs, outputs)
