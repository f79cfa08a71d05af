"""Measuring `image-restore` on held-out pictures, beside the filters that one would take otherwise."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from generators.builtin.image_restore.sample import load_network
from generators.builtin.image_restore.spec import SPEC
from generators.builtin.image_restore.spoil import TASKS, Spoilt, membrane, spoil
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.psnr import psnr
from generators.metrics.ssim import ssim
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.pictures import load_pictures, to_floats
from generators.training.randomness import generator_for
from generators.training.reconstruct import with_channels

MOST = 1000  # pictures
CHUNK = 50
NOISE = 0.1
BLURS = (0.4, 0.6, 0.8, 1.0, 1.4)  # pixels; the one that serves the baseline best counts
FILLING_STEPS = 300  # of the baseline


@torch.inference_mode()
def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return PSNR in decibels and SSIM of each task, with `_baseline` for the usual filter on the same pictures.

    The baselines are a Gaussian blur of the best width, bicubic interpolation, and a membrane stretched over the hole.
    """
    network = load_network(checkpoint, run.device)
    pictures = with_channels(
        load_pictures(data, params.split, resolution=network.resolution, generator=SPEC.name, at_least=2),
        network.channels,
    ).at_most(MOST, generator_for(0, "held out"))
    found: dict[str, float] = {"n": float(len(pictures))}
    for number, task in enumerate(TASKS):
        run.report(number, len(TASKS), task)
        random = generator_for(params.seed, f"evaluate {task}")
        whole = to_floats(pictures.images)
        spoilt = [spoil(part, task, random, noise=NOISE) for part in torch.split(whole, CHUNK)]
        mended = [network(*(x.to(run.device) for x in part)).float().clamp(-1, 1).cpu() for part in spoilt]
        given = Spoilt(*(torch.cat(parts) for parts in zip(*spoilt, strict=True)))
        name = task.replace("-", "_")
        found |= _figures(name, _kept(torch.cat(mended), given, task), whole)
        found |= _figures(f"{name}_baseline", _baseline(task, given, whole), whole)
    run.report(len(TASKS), len(TASKS))
    run.about["noise"] = f"standard deviation {NOISE} of the range"
    return found


def _figures(name: str, pictures: Tensor, whole: Tensor) -> dict[str, float]:
    """Return the mean PSNR, where two pictures are equal 100 dB, and the mean SSIM."""
    decibels = psnr(pictures, whole, data_range=2).clamp(max=100)
    return {
        f"{name}_psnr": float(decibels.mean()),
        f"{name}_ssim": float(ssim(pictures, whole, data_range=2).mean()),
    }


def _kept(mended: Tensor, given: Spoilt, task: str) -> Tensor:
    """Return what was mended; known pixels around a hole stay as they are."""
    return torch.where(given.conditions[:, 2:] > 0, given.picture, mended) if task == "inpaint" else mended


def _baseline(task: str, given: Spoilt, whole: Tensor) -> Tensor:
    if task == "inpaint":
        return membrane(given.picture, given.conditions[:, 2:], steps=FILLING_STEPS)
    if task != "denoise":
        return given.picture
    tried: list[Callable[[], Tensor]] = [lambda width=width: blurred(given.picture, width) for width in BLURS]  # type: ignore[misc]
    return max((make() for make in tried), key=lambda x: float(psnr(x, whole, data_range=2).mean()))


def blurred(picture: Tensor, width: float) -> Tensor:
    """Return pictures under a Gaussian blur of this standard deviation in pixels."""
    radius = max(1, round(3 * width))
    weights = torch.exp(-torch.arange(-radius, radius + 1.0).square() / (2 * width**2))
    kernel = (weights / weights.sum()).expand(picture.shape[1], 1, 1, -1)
    channels = picture.shape[1]
    x = conv2d(pad(picture, (radius, radius, 0, 0), mode="replicate"), kernel, groups=channels)
    return conv2d(pad(x, (0, 0, radius, radius), mode="replicate"), kernel.transpose(2, 3), groups=channels)
