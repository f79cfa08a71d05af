"""How pictures are described to find copies: by a network's features, and by small pictures that are laid on others."""

from __future__ import annotations

import io
from collections.abc import Iterator

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate, pad

from generators.metrics.features import extract
from generators.training.decode import pixels_of
from generators.training.pictures import to_bytes, to_floats

SIDE = 16
"""Side of the small pictures. Noise and the traces of a JPEG average out in their pixels."""
SHIFTS = 2
"""Pixels that a copy may be moved by, each way."""
LOOK = 64
"""Side at which the network looks: it costs a quarter of what it does for figures."""


def features(pictures: Tensor, *, device: str) -> Tensor:
    """Return what the packaged network sees in pictures in [-1, 1], shape (B, 1280), on the CPU."""
    return extract(pictures, device=device, size=LOOK).cpu()


def small(pictures: Tensor) -> Tensor:
    """Return pictures in [-1, 1] as small ones in [0, 1], shape (B, C, SIDE, SIDE)."""
    if pictures.shape[-1] < SIDE:
        return interpolate(pictures, size=(SIDE, SIDE), mode="nearest").add(1).div(2)
    return adaptive_avg_pool2d(pictures, SIDE).add(1).div(2)


def inner(small_pictures: Tensor) -> Tensor:
    """Return all but the outermost pixels, where a moved copy shows something else: (B, C, S, S) -> (B, P)."""
    return small_pictures[..., 1:-1, 1:-1].flatten(1)


def laid_otherwise(picture: Tensor) -> Tensor:
    """Return a picture as it is and mirrored, each moved by up to SHIFTS pixels: (1, C, H, W) -> (V, C, H, W)."""
    height, width = picture.shape[2:]
    views = []
    for side in (picture, picture.flip(3)):
        wide = pad(side, (SHIFTS,) * 4, mode="replicate")
        views += [
            wide[..., down : down + height, right : right + width]
            for down in range(2 * SHIFTS + 1)
            for right in range(2 * SHIFTS + 1)
        ]
    return torch.cat(views)


def planted(pictures: Tensor, random: torch.Generator) -> Iterator[tuple[str, Tensor]]:
    """Return copies of pictures in [-1, 1] as someone might hide them, each kind with its name."""
    yield "as it is", pictures
    yield "mirrored", pictures.flip(3)
    wide = pad(pictures, (SHIFTS,) * 4, mode="replicate")
    height, width = pictures.shape[2:]
    yield "moved by two pixels", wide[..., :height, :width]
    yield "moved by one pixel", wide[..., 3 : 3 + height, 1 : 1 + width]
    noise = torch.randn(pictures.shape, generator=random)
    yield "with noise", (pictures + 0.04 * noise).clamp(-1, 1)
    yield "as a JPEG", torch.cat([_through_jpeg(picture) for picture in to_bytes(pictures)])


def _through_jpeg(picture: Tensor) -> Tensor:  # (C, H, W) uint8 -> (1, C, H, W)
    pixels = picture.permute(1, 2, 0).squeeze(2).numpy()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=75)
    with Image.open(file) as read:
        return to_floats(pixels_of(read)[None])
