"""Drawn products whose masks are known."""

from pathlib import Path

import torch
from PIL import Image
from torch import Tensor


def product_mask(size: int = 160) -> Tensor:
    """Return a mug with a handle: 1 where it is, antialiased, shape (S, S)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    body = torch.maximum((x + 0.15).abs() - 0.4, (y - 0.05).abs() - 0.5)
    ring = (((x - 0.35).square() + y.square()).sqrt() - 0.25).abs() - 0.07
    return (0.5 - torch.minimum(body, ring) * size / 2).clamp(0, 1)


def draw_product(
    size: int = 160,
    *,
    ground: tuple[float, float, float] = (0.9, 0.88, 0.85),
    own: tuple[float, float, float] = (0.6, 0.2, 0.15),
    shadow: float = 0.0,
) -> Image.Image:
    """Return the mug before a ground that gets lighter to the right, with a little noise.

    The shadow takes this share of the light below the mug and to its right, and fades out.
    """
    mask = product_mask(size)
    light = torch.linspace(-0.04, 0.04, size)
    behind = torch.tensor(ground)[:, None, None] + light
    y, x = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    behind = behind * (1 - shadow * (-(((x - 0.1) / 0.45).square() + ((y - 0.5) / 0.25).square())).exp())
    painted = torch.tensor(own)[:, None, None] * (1 - light * 4)
    noise = torch.randn(3, size, size, generator=torch.Generator().manual_seed(0)) * 0.01
    picture = (mask * painted + (1 - mask) * behind + noise).clamp(0, 1)
    pixels = picture.mul(255).round().byte().permute(1, 2, 0).contiguous()
    return Image.frombytes("RGB", (size, size), pixels.numpy().tobytes())


def write_product(path: Path) -> Path:
    """Write the mug to a file and return it."""
    draw_product().save(path)
    return path
