"""Changes of pictures that gradients pass through, for real and generated ones alike, before the discriminator.

The generator thereby learns nothing of the changes, while the discriminator cannot learn few pictures by heart.
Source: Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020, https://arxiv.org/abs/2006.10738.

Other than there, pictures are not moved and nothing is cut out of them: they are turned and stretched a little. What
a discriminator sees often, a generator of few pictures draws after all, and a product that is a little turned or
larger is still one, where one that is moved or has a hole is none (docs/image-families.md).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from generators.training.processes import drawn_alike

TURN = 0.15  # most, in radians either way
STRETCH = 0.1  # standard deviation of the logarithm of width and of height


def differentiably_augmented(pictures: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Return the pictures with colours and shape each changed by the chance of `strength`.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W).
        strength: Probability of each kind of change, in [0, 1]; at 0 nothing is drawn.
        random: Where all chance comes from, on the CPU.

    Returns:
        Pictures of the same shape; values may lie outside of [-1, 1].
    """
    if strength <= 0:
        return pictures
    for change in (recoloured, turned):
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


def turned(pictures: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """Return the chosen pictures turned by up to TURN and stretched along each axis; what comes in repeats the edges.

    Args:
        pictures: Shape (B, C, H, W); it cannot be differentiated through twice.
    """
    count = len(pictures)
    angle = TURN * (2 * drawn_alike(torch.rand, count, random=random) - 1)
    wide, high = (STRETCH * drawn_alike(torch.randn, count, 2, random=random)).exp().unbind(1)
    cosine, sine, none = angle.cos(), angle.sin(), torch.zeros(count)
    across = torch.stack([wide * cosine, -wide * sine, none], 1)
    down = torch.stack([high * sine, high * cosine, none], 1)
    grid = affine_grid(torch.stack([across, down], 1), list(pictures.shape), align_corners=False)
    x = grid_sample(pictures, grid.to(pictures.device), padding_mode="border", align_corners=False)
    return torch.where(chosen[:, None, None, None], x, pictures)
