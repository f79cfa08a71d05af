"""Pictures changed by chance while a network learns from them, so that it sees more than there are.

Only the loop of a training calls this, so held-out pictures are never changed. All chance comes from the step's own
generator; a resumed training therefore draws what it would have drawn.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from generators.training.params import Augmentation

GREY = (0.299, 0.587, 0.114)  # luma of red, green and blue: Rec. ITU-R BT.601-7


def augment(pictures: Tensor, how: Augmentation, random: torch.Generator) -> Tensor:
    """Return the pictures changed as the params say, each by a chance of its own.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W), on the CPU.
        how: What is changed, and how strongly; at 0 nothing is drawn for it.
        random: Where the chance comes from.

    Returns:
        Pictures in [-1, 1] of the same shape; the same tensor where nothing is to be changed.
    """
    if how.flip:
        mirrored = torch.rand(len(pictures), generator=random) < 0.5
        pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    if how.rotate or how.crop:
        pictures = _turn_and_crop(pictures, how, random)
    if how.colour:
        pictures = _recolour(pictures, how.colour, random)
    if how.noise:
        pictures = pictures + 2 * how.noise * torch.randn(pictures.shape, generator=random)
    return pictures.clamp(-1, 1) if how.colour or how.noise else pictures


def _turn_and_crop(pictures: Tensor, how: Augmentation, random: torch.Generator) -> Tensor:
    """Turn each picture around its middle and enlarge a part of it; what comes in at the edges repeats them."""
    angle = _between(len(pictures), math.radians(how.rotate), random)
    side = 1 - how.crop * torch.rand(len(pictures), generator=random)
    across, down = (_between(len(pictures), 1.0, random) * (1 - side) for _ in range(2))
    cosine, sine = side * angle.cos(), side * angle.sin()
    theta = torch.stack([torch.stack([cosine, -sine, across], 1), torch.stack([sine, cosine, down], 1)], 1)
    grid = affine_grid(theta, list(pictures.shape), align_corners=False)
    return grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


def _recolour(pictures: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Change brightness, contrast and, of coloured pictures, saturation, each by a factor of 1 +- strength."""
    brightness, contrast, saturation = (
        1 + _between(len(pictures), strength, random)[:, None, None, None] for _ in range(3)
    )
    values = (pictures + 1) / 2 * brightness
    mean = values.mean((1, 2, 3), keepdim=True)
    values = mean + (values - mean) * contrast
    if pictures.shape[1] == 3:
        grey = (values * values.new_tensor(GREY)[:, None, None]).sum(1, keepdim=True)
        values = grey + (values - grey) * saturation
    return values * 2 - 1


def _between(count: int, most: float, random: torch.Generator) -> Tensor:
    return (2 * torch.rand(count, generator=random) - 1) * most
