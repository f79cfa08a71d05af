"""Measuring `image-restore` on held-out pictures, beside the filters that one would take otherwise."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from generators.builtin.image_restore.parts import parts_and_places
from generators.builtin.image_restore.sample import load_network
from generators.builtin.image_restore.spec import SPEC
from generators.builtin.image_restore.spoil import TASKS, Spoilt, membrane, spoil
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.metrics.bootstrap import mean_figure
from generators.metrics.psnr import psnr
from generators.metrics.ssim import ssim
from generators.params import EvaluateParams
from generators.run import Run
from generators.training.pictures import to_floats
from generators.training.randomness import generator_for
from generators.training.reconstruct import with_channels

MOST = 1000  # parts of pictures
CHUNK = 50
NOISE = 0.1
BLURS = (0.4, 0.6, 0.8, 1.0, 1.4)  # pixels; the one that serves the baseline best counts
FILLING_STEPS = 300  # of the baseline


@torch.inference_mode()
def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return PSNR in decibels and SSIM of each task, `_baseline` for the usual filter on the same parts of pictures.

    `_gain` is by how many decibels the network is better.

    The baselines are a Gaussian blur of the best width, bicubic interpolation, and a membrane stretched over the hole.
    Parts of one picture are alike, so figures are means of pictures, and intervals come from resampling those.
    """
    network = load_network(checkpoint, run.device)
    parts, places = parts_and_places(
        data, params.split, resolution=network.resolution, generator=SPEC.name, at_least=2, most=MOST
    )
    whole = to_floats(with_channels(parts, network.channels).images)
    found: dict[str, float] = {"n": float(places.bincount().count_nonzero()), "parts": float(len(whole))}
    for number, task in enumerate(TASKS):
        run.report(number, len(TASKS), task)
        random = generator_for(params.seed, f"evaluate {task}")
        spoilt = [spoil(part, task, random, noise=NOISE) for part in torch.split(whole, CHUNK)]
        mended = []
        for part in spoilt:
            mended.append(network(*(x.to(run.device) for x in part)).float().clamp(-1, 1).cpu())
            run.report(number, len(TASKS), task)
        given = Spoilt(*(torch.cat(each) for each in zip(*spoilt, strict=True)))
        ours = _kept(torch.cat(mended), given, task)
        plain = _baseline(task, given, whole)
        name = task.replace("-", "_")
        for kind, measured in (("psnr", _decibels), ("ssim", _alike)):
            both = [_of_pictures(measured(one, whole), places) for one in (ours, plain)]
            found |= mean_figure(both[0], generator_for(0, name)).named(f"{name}_{kind}")
            found |= mean_figure(both[1], generator_for(0, name)).named(f"{name}_baseline_{kind}")
            if kind == "psnr":
                found |= mean_figure(both[0] - both[1], generator_for(0, name)).named(f"{name}_gain")
    run.report(len(TASKS), len(TASKS))
    run.about["noise"] = f"standard deviation {NOISE} of the range"
    return found


def _decibels(pictures: Tensor, whole: Tensor) -> Tensor:
    """Return the PSNR of each picture; where two are equal, 100 dB."""
    return psnr(pictures, whole, data_range=2).clamp(max=100)


def _alike(pictures: Tensor, whole: Tensor) -> Tensor:
    return ssim(pictures, whole, data_range=2)


def _of_pictures(values: Tensor, places: Tensor) -> Tensor:
    """Return the mean over the parts of each picture, from values of parts, shape (N,)."""
    many = places.bincount()
    sums = torch.zeros(len(many), dtype=torch.float64).index_add(0, places, values.double())
    return sums[many > 0] / many[many > 0]


def _kept(mended: Tensor, given: Spoilt, task: str) -> Tensor:
    """Return what was mended; known pixels around a hole stay as they are."""
    return torch.where(given.conditions[:, 2:] > 0, given.picture, mended) if task == "inpaint" else mended


def _baseline(task: str, given: Spoilt, whole: Tensor) -> Tensor:
    if task == "inpaint":
        parts = zip(
            *(torch.split(part, CHUNK) for part in (given.picture, given.conditions[:, 2:])), strict=True
        )
        return torch.cat([membrane(*part, steps=FILLING_STEPS) for part in parts])
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
