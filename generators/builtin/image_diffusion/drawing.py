"""`image-diffusion` as compression and export see it."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from generators.builtin.image_diffusion.denoising import Care, denoised, draw
from generators.builtin.image_diffusion.guidance import drop_labels
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.noising import mixture_at, random_times
from generators.builtin.image_diffusion.sample import load_network
from generators.checkpoint import Checkpoint
from generators.compression.drawing import Drawing, Graph, Inputs
from generators.training.randomness import generator_for

IMAGINED = Care(steps=8, guidance=1)
"""How pictures are drawn that a smaller network learns on: quickly, for there are new ones at every step."""
UNLABELLED = 0.2
"""Share of them whose label is left out, so that guidance still knows what pictures are without one."""


def drawing_of(checkpoint: Checkpoint, device: str) -> Drawing:
    """Return the checkpoint's network with noisy pictures of its own, times and labels, where it has any, as inputs.

    It has to keep its answer to each, and at 128 pixels what its autoencoder makes of the encodings behind them.
    """
    original = load_network(checkpoint, device)
    labels = original.labels

    def inputs(network: nn.Module, count: int, random: torch.Generator) -> Inputs:
        label = torch.randint(labels, (count,), generator=random) if labels else None
        clean = denoised(original, label, count, random, IMAGINED)
        time = random_times(original.recipe, count, random).to(device)
        at = mixture_at(original.recipe, time)
        noise = torch.randn(clean.shape, generator=random).to(device)
        given: Inputs = (clean * at.signal + noise * at.spread, time)
        if label is not None:
            given = (*given, drop_labels(label, labels, UNLABELLED, random).to(device))
        return given if original.autoencoder is None else (*given, clean)

    def answer(network: nn.Module, given: Inputs, *, exact: bool = False) -> Tensor:
        answered: Tensor = network(given[0], given[1], given[2] if labels else None, exact=exact)
        return answered

    def outputs(network: nn.Module, given: Inputs) -> tuple[Tensor, ...]:
        answered, autoencoder = answer(network, given), cast(Denoiser, network).autoencoder
        if autoencoder is None:
            return (answered,)
        decoded = autoencoder.decode(autoencoder.restore(given[-1]))
        return answered, decoded, autoencoder.encode(decoded)[0]

    def drawn(network: nn.Module, given: Inputs) -> Tensor:
        label = given[2] if labels else None
        return draw(cast(Denoiser, network), label, len(given[0]), generator_for(0, "drawn"))

    names = ("noisy", "time", "label") if labels else ("noisy", "time")
    step = Graph(
        names,
        lambda network, given: answer(network, given, exact=True),
        gives="answer",
        says=f"One answer of the network ({original.recipe.predicts}) to a noisy picture at a time in [0, 1]. Label "
        f"{labels} stands for no label. Take the steps from noise to picture around it.",
    )
    return Drawing(original, Denoiser, names, inputs, outputs, drawn=drawn, graph=step)
