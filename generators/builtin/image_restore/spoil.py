"""Pictures spoilt on purpose, each in the way that its task mends."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad

STRONGEST_NOISE = 0.4  # of the range from black to white
SCALES = {"enlarge-2x": 2, "enlarge-4x": 4}
TASKS = ("denoise", "enlarge-2x", "enlarge-4x", "inpaint")
STROKES = 3
MEMBRANE_STEPS = 48


class Spoilt(NamedTuple):
    """What the network is given.

    Attributes:
        picture: In [-1, 1], shape (B, C, H, W); pixels that are not known are a membrane over the hole.
        conditions: Shape (B, 3, H, W), as the network wants them.
    """

    picture: Tensor
    conditions: Tensor


def spoil(picture: Tensor, task: str, random: torch.Generator, *, noise: float | None = None) -> Spoilt:
    """Return pictures spoilt for a task.

    Args:
        picture: In [-1, 1], shape (B, C, H, W).
        noise: Standard deviation where noise is added, as a share of the range; drawn for each picture where None.
    """
    count, _, height, width = picture.shape
    if task == "denoise":
        levels = torch.rand(count, 1, 1, 1, generator=random) * STRONGEST_NOISE
        levels = levels if noise is None else torch.full_like(levels, noise)
        added = torch.randn(picture.shape, generator=random) * 2 * levels
        return Spoilt(picture + added.to(picture.device), conditions_of(picture, noise=levels))
    if task in SCALES:
        return Spoilt(
            enlarged(reduced(picture, SCALES[task]), (height, width)),
            conditions_of(picture, scale=SCALES[task]),
        )
    known = 1 - holes(count, height, width, random).to(picture.device)
    return Spoilt(membrane(picture * known, known), conditions_of(picture, known=known))


def conditions_of(
    picture: Tensor, *, noise: Tensor | float = 0.0, scale: int = 1, known: Tensor | float = 1.0
) -> Tensor:
    """Return the maps beside the pictures, shape (B, 3, H, W).

    Args:
        noise: Standard deviation as a share of the range, a number or shape (B, 1, 1, 1).
        scale: How many times the picture was enlarged: 1, 2 or 4.
        known: 1 where a pixel is known, a number or shape (B, 1, H, W).
    """
    shape = (len(picture), 1, *picture.shape[2:])
    blur = {1: 0.0, 2: 0.5, 4: 1.0}[scale]
    maps = (
        torch.as_tensor(value, dtype=picture.dtype, device=picture.device) for value in (noise, blur, known)
    )
    return torch.cat([part.expand(shape) for part in maps], 1)


def reduced(picture: Tensor, scale: int) -> Tensor:
    """Return pictures at a part of their size, without aliasing."""
    size = [max(1, side // scale) for side in picture.shape[2:]]
    return interpolate(picture, size, mode="bicubic", antialias=True, align_corners=False).clamp(-1, 1)


def enlarged(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return pictures at a larger size by bicubic interpolation."""
    return interpolate(picture, size, mode="bicubic", align_corners=False).clamp(-1, 1)


def membrane(picture: Tensor, known: Tensor, *, steps: int = MEMBRANE_STEPS) -> Tensor:
    """Return pictures whose unknown pixels are the mean of their neighbours, as a membrane over the hole would be.

    Args:
        picture: Shape (B, C, H, W).
        known: 1 where a pixel is known, 0 where not, shape (B, 1, H, W).
    """
    filled = torch.where(known > 0, picture, _guessed(picture, known))
    for _ in range(steps):
        around = avg_pool2d(pad(filled, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
        filled = torch.where(known > 0, picture, around)
    return filled


def _guessed(picture: Tensor, known: Tensor) -> Tensor:
    """Return pictures whose unknown pixels are the mean of what is known around them, the wider the deeper they lie."""
    height, width = picture.shape[2:]
    share = known.expand(len(picture), 1, height, width)
    if bool(share.bool().all()) or max(height, width) == 1:
        return picture
    over = (0, width % 2, 0, height % 2)
    weights = avg_pool2d(pad(share, over), 2)
    half = avg_pool2d(pad(picture * share, over), 2) / weights.clamp(min=1e-6)
    coarse = _guessed(half, (weights > 0).float())
    coarse = interpolate(coarse, (height + over[3], width + over[1]), mode="bilinear", align_corners=False)
    return torch.where(share > 0, picture, coarse[:, :, :height, :width])


def holes(count: int, height: int, width: int, random: torch.Generator) -> Tensor:
    """Return brush strokes, 1 where a pixel is missing, shape (B, 1, H, W): lines between points drawn by chance."""
    y, x = torch.meshgrid(torch.linspace(0, 1, height), torch.linspace(0, 1, width), indexing="ij")
    place = torch.stack([y, x])
    result = torch.zeros(count, 1, height, width)
    for _ in range(STROKES):
        start, end = (torch.rand(count, 2, 1, 1, generator=random) for _ in range(2))
        thick = 0.03 + 0.09 * torch.rand(count, 1, 1, generator=random)
        way = end - start
        part = ((place - start) * way).sum(1, keepdim=True) / way.square().sum(1, keepdim=True).clamp(
            min=1e-6
        )
        away = (place - start - part.clamp(0, 1) * way).norm(dim=1)
        result[:, 0] = torch.maximum(result[:, 0], (away < thick).float())
    return result
