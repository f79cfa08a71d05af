"""Sampling from `image-diffusion`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from generators.builtin.image_diffusion.denoising import Care, draw, image_to_image
from generators.builtin.image_diffusion.model import Denoiser
from generators.builtin.image_diffusion.samplers import chosen_sampler
from generators.builtin.image_diffusion.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.training.decode import decode_square, pixels_of
from generators.training.pictures import to_floats
from generators.training.sampling import draw_one_by_one
from generators.training.warm import kept_warm


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return pictures, new ones or variations of one; number i depends on `seed + i` only."""
    network = load_network(checkpoint, run.device)
    care = Care(chosen_sampler(network.recipe, params.sampler), params.steps, params.guidance)
    begin = _read(run.picture(params.picture), checkpoint) if params.picture else None

    def one(random: torch.Generator, number: int | None) -> Tensor:
        asked = None if number is None else torch.tensor([number])
        if begin is None:
            return draw(network, asked, 1, random, care)
        return image_to_image(network, begin, asked, random, care, strength=params.strength)

    return draw_one_by_one(checkpoint, params, run, one)


def load_network(checkpoint: Checkpoint, device: str) -> Denoiser:
    """Return the checkpoint's network, from memory where this process has used it before."""
    return kept_warm(checkpoint, device, Denoiser)


def _read(path: Path, checkpoint: Checkpoint) -> Tensor:
    """Return a picture file as the network knows pictures: in [-1, 1], shape (1, C, H, W)."""
    resolution, channels = int(checkpoint.config["resolution"]), int(checkpoint.config["channels"])
    picture = decode_square(path, resolution).convert("L" if channels == 1 else "RGB")
    return to_floats(pixels_of(picture)[None])
