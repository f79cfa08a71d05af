"""Sampling from `image-diffusion`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from generators.builtin.image_diffusion.drawing import Care, draw, image_to_image
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.samplers import chosen_sampler
from generators.builtin.image_diffusion.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.decode import decode_square
from generators.training.grids import save_png
from generators.training.pictures import to_floats
from generators.training.randomness import generator_for
from generators.training.warm import kept_warm, label_number


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures, new ones or variations of one; number i depends on `seed + i` only.

    They are drawn one at a time: in a batch, the processor would round differently with the number of its pictures.
    """
    network = load_network(checkpoint, run.device)
    care = Care(chosen_sampler(network.recipe, params.sampler), params.steps, params.guidance)
    begin = _read(run.picture(params.picture), checkpoint) if params.picture else None
    for index in range(params.count):
        seed = params.seed + index
        random = generator_for(seed, "sample")
        number = label_number(checkpoint, params.label, random)
        asked = None if number is None else torch.tensor([number])
        if begin is None:
            picture = draw(network, asked, 1, random, care)
        else:
            picture = image_to_image(network, begin, asked, random, care, strength=params.strength)
        path = run.scratch / f"sample-{index:03}.png"
        save_png(picture[0].float().cpu(), path)
        label = None if number is None else checkpoint.labels[number]
        yield Sample("image/png", path=path, label=label, seed=seed, name=f"{label or 'Picture'} {seed}")
        run.report(index + 1, params.count)


def load_network(checkpoint: Checkpoint, device: str) -> Denoiser:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, Denoiser)


def _read(path: Path, checkpoint: Checkpoint) -> Tensor:
    """Return a picture file as the network knows pictures: in [-1, 1], shape (1, C, H, W)."""
    resolution, channels = int(checkpoint.config["resolution"]), int(checkpoint.config["channels"])
    picture = decode_square(path, resolution).convert("L" if channels == 1 else "RGB")
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return to_floats(pixels.view(1, resolution, resolution, channels).permute(0, 3, 1, 2))
