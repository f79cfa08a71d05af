"""`image-vq` as compression and export see it."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.sample import load_network
from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing, Graph, Inputs
from generators.training.randomness import generator_for


def drawing_of(checkpoint: Checkpoint, device: str) -> Drawing:
    """Return the checkpoint's network with codes of its prior, and labels where it has any, as inputs.

    Behind the pictures come what the encoder makes of them and the logits of the prior, which a smaller network has to
    keep. A narrower network has a narrower autoencoder around the same vocabulary and the same prior.
    """
    original = load_network(checkpoint, device)
    labels = original.labels

    def inputs(network: nn.Module, count: int, random: torch.Generator) -> Inputs:
        label = torch.randint(labels, (count,), generator=random).to(device) if labels else None
        codes = original.prior.draw(count, label, random).to(device)
        return (codes,) if label is None else (codes, label)

    def outputs(network: nn.Module, given: Inputs) -> tuple[Tensor, ...]:
        quantised, codes = cast(VectorQuantised, network), given[0]
        picture = quantised.autoencoder.decode(codes)
        logits = quantised.prior(codes, given[1] if labels else None)
        return picture, quantised.autoencoder.encode(picture), logits

    def drawn(network: nn.Module, given: Inputs) -> Tensor:
        label = given[1] if labels else None
        return cast(VectorQuantised, network).draw(len(given[0]), label, generator_for(0, "drawn"))

    names = ("codes", "label") if labels else ("codes",)
    decoder = Graph(
        ("codes",),
        lambda network, given: cast(VectorQuantised, network).autoencoder.decode(given[0]),
        says="One picture in [-1, 1], shape (1, C, H, W), of its 64 codes. The prior, which writes codes one after the "
        "other, is not in this file.",
    )
    return Drawing(original, VectorQuantised, names, inputs, outputs, drawn=drawn, graph=decoder)
