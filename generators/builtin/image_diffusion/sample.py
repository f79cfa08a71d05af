"""Sampling from `image-diffusion`."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from generators.builtin.image_diffusion.drawing import draw
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.samplers import chosen_sampler
from generators.builtin.image_diffusion.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.grids import save_png
from generators.training.randomness import generator_for
from generators.training.warm import kept_warm, label_number


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures; number i depends on `seed + i` only.

    They are drawn one at a time: in a batch, the processor would round differently with the number of its pictures.
    """
    network = load_network(checkpoint, run.device)
    chosen_sampler(network.recipe, params.sampler)
    for index in range(params.count):
        seed = params.seed + index
        random = generator_for(seed, "sample")
        number = label_number(checkpoint, params.label, random)
        picture = draw(
            network,
            None if number is None else torch.tensor([number]),
            1,
            random,
            sampler=params.sampler,
            steps=params.steps,
            guidance=params.guidance,
        )
        path = run.scratch / f"sample-{index:03}.png"
        save_png(picture[0].float().cpu(), path)
        label = None if number is None else checkpoint.labels[number]
        yield Sample("image/png", path=path, label=label, seed=seed, name=f"{label or 'Picture'} {seed}")
        run.report(index + 1, params.count)


def load_network(checkpoint: Checkpoint, device: str) -> Denoiser:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, Denoiser)
