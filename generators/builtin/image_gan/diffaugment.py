"""Changes of pictures that gradients pass through, for real and generated ones alike, before the discriminator.

The generator thereby learns nothing of the changes, while the discriminator cannot learn few pictures by heart.
Source: Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020, https://arxiv.org/abs/2006.10738.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import pad

from generators.training.processes import drawn_alike

SHIFT = 1 / 8  # most, as a share of the side
HOLE = 1 / 2  # side of what is cut out, as a share of the picture's


def differentiably_augmented(pictures: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Return the pictures with colour, place and completeness each changed by the chance of `strength`.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W).
        strength: Probability of each kind of change, in [0, 1]; at 0 nothing is drawn.
        random: Where all chance comes from, on the CPU.

    Returns:
        Pictures of the same shape; values may lie outside of [-1, 1].
    """
    if strength <= 0:
        return pictures
    for change in (recoloured, shifted, with_hole):
        chosen = (drawn_alike(torch.rand, len(pictures), random=random) < strength).to(pictures.device)
        pictures = change(pictures, chosen, random)
    return pictures


def recoloured(pictures: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """Return the chosen pictures with another brightness, saturation and contrast; shape (B, C, H, W)."""
    brightness, saturation, contrast = (
        drawn_alike(torch.rand, len(pictures), 1, 1, 1, random=random).to(pictures.device) for _ in range(3)
    )
    x = pictures + (brightness - 0.5)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (2 * saturation)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (contrast + 0.5)
    return torch.where(chosen[:, None, None, None], x, pictures)


def shifted(pictures: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """Return the chosen pictures moved by up to SHIFT; what comes in is 0; shape (B, C, H, W)."""
    count, _, height, width = pictures.shape
    most = round(height * SHIFT)
    by = [_whole_numbers(-most, most, count, random).to(pictures.device) * chosen for _ in range(2)]
    rows = torch.arange(height, device=pictures.device)[None, :, None] + most + by[0][:, None, None]
    columns = torch.arange(width, device=pictures.device)[None, None, :] + most + by[1][:, None, None]
    padded = pad(pictures, (most, most, most, most)).permute(0, 2, 3, 1)
    which = torch.arange(count, device=pictures.device)[:, None, None]
    return padded[which, rows, columns].permute(0, 3, 1, 2)


def with_hole(pictures: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """Return the chosen pictures with a square of 0 at a place by chance, in part outside; shape (B, C, H, W)."""
    count, _, height, width = pictures.shape
    side = round(height * HOLE)
    top = _whole_numbers(-side // 2, height - side // 2 - 1, count, random).to(pictures.device)[:, None]
    left = _whole_numbers(-side // 2, width - side // 2 - 1, count, random).to(pictures.device)[:, None]
    row, column = (
        torch.arange(height, device=pictures.device),
        torch.arange(width, device=pictures.device),
    )
    rows = (row >= top) & (row < top + side)  # (B, H)
    columns = (column >= left) & (column < left + side)  # (B, W)
    hole = rows[:, :, None] & columns[:, None, :] & chosen[:, None, None]
    return pictures * ~hole[:, None]


def _whole_numbers(least: int, most: int, count: int, random: torch.Generator) -> Tensor:
    """Return whole numbers from `least` to `most`, shape (count,)."""
    return drawn_alike(partial(torch.randint, least, most + 1), count, random=random)
