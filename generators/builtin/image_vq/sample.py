"""Sampling from `image-vq`."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from generators.builtin.image_vq.model import VectorQuantised
from generators.builtin.image_vq.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.grids import save_png
from generators.training.randomness import generator_for
from generators.training.warm import kept_warm, label_number


@torch.inference_mode()
def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only.

    They are drawn one at a time: in a batch, the processor would round differently with the number of its pictures.
    """
    network = load_network(checkpoint, run.device)
    for index in range(params.count):
        seed = params.seed + index
        random = generator_for(seed, "sample")
        number = label_number(checkpoint, params.label, random)
        given = None if number is None else torch.tensor([number], device=run.device)
        picture = network.draw(1, given, random, temperature=params.temperature)
        path = run.scratch / f"sample-{index:03}.png"
        save_png(picture[0].float().cpu(), path)
        label = None if number is None else checkpoint.labels[number]
        yield Sample("image/png", path=path, label=label, seed=seed, name=f"{label or 'Picture'} {seed}")
        run.report(index + 1, params.count)


def load_network(checkpoint: Checkpoint, device: str) -> VectorQuantised:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, VectorQuantised)
