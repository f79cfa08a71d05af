"""Pictures of a checkpoint, one after the other, each from its own seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.grids import save_png
from generators.training.params import ImageSampleParams
from generators.training.randomness import generator_for
from generators.training.warm import label_number

Draw = Callable[[torch.Generator, int | None], Tensor]
"""Draws one picture in [-1, 1], shape (1, C, H, W), by the chance that it is given and of the label of this number."""


def draw_one_by_one(
    checkpoint: Checkpoint, params: ImageSampleParams, run: Run, draw: Draw
) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only.

    They are drawn one at a time: in a batch, the processor would round differently with the number of its pictures.
    """
    for index in range(params.count):
        seed = params.seed + index
        random = generator_for(seed, "sample")
        number = label_number(checkpoint, params.label, random)
        with torch.inference_mode():
            picture = draw(random, number)[0].float().cpu()
        path = run.scratch / f"sample-{index:03}.png"
        save_png(picture, path)
        label = None if number is None else checkpoint.labels[number]
        yield Sample("image/png", path=path, label=label, seed=seed, name=f"{label or 'Picture'} {seed}")
        run.report(index + 1, params.count)
