"""Mending pictures of any size, in tiles, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pad

from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spoil import conditions_of, enlarged

TILE, OVERLAP = 256, 32  # pixels; further away a pixel hardly counts
Progress = Callable[[float], None]
"""Called with the share of a picture that is done; what it raises passes through."""


def unheard(_share: float) -> None:
    """Progress that nobody asked for."""


@torch.inference_mode()
def mend(network: Restorer, picture: Tensor, conditions: Tensor, on_progress: Progress = unheard) -> Tensor:
    """Return the mended pictures in [-1, 1], shape (B, C, H, W), on the CPU.

    A network for grey pictures mends each channel; one for colours sees a grey picture as three equal channels.

    Args:
        picture: In [-1, 1], shape (B, 1 or 3, H, W); for a grey network of colours, B is 1.
        conditions: Shape (B, 3, H, W).
    """
    channels = picture.shape[1]
    if network.channels == 1 and channels == 3:
        three = conditions.expand(3, -1, -1, -1)
        return mend(network, picture.transpose(0, 1), three, on_progress).transpose(0, 1)
    given = picture.expand(-1, network.channels, -1, -1)
    device = next(network.parameters()).device
    height, width = picture.shape[2:]
    result = torch.empty(len(picture), network.channels, height, width)
    step = TILE - 2 * OVERLAP
    around = (OVERLAP,) * 4
    wide, beside = pad(given, around, mode="replicate"), pad(conditions, around, mode="replicate")
    for top in range(0, height, step):
        for left in range(0, width, step):
            here = slice(top, top + TILE), slice(left, left + TILE)
            parts = (part[:, :, here[0], here[1]].contiguous().to(device) for part in (wide, beside))
            tile = network(*parts).float().clamp(-1, 1).cpu()[:, :, OVERLAP:, OVERLAP:]
            rows, columns = min(step, height - top), min(step, width - left)
            result[:, :, top : top + rows, left : left + columns] = tile[:, :, :rows, :columns]
            on_progress((top + rows * min(1.0, (left + columns) / width)) / height)
    return result if channels == network.channels else result.mean(1, keepdim=True)


def denoise(network: Restorer, picture: Tensor, noise: float, on_progress: Progress = unheard) -> Tensor:
    """Return the picture with noise of this standard deviation (a share of the range) taken out."""
    return mend(network, picture, conditions_of(picture, noise=noise), on_progress)


def enlarge(network: Restorer, picture: Tensor, scale: int, on_progress: Progress = unheard) -> Tensor:
    """Return the picture at `scale` times its size, 2 or 4."""
    size = picture.shape[2] * scale, picture.shape[3] * scale
    large = enlarged(picture, size)
    return mend(network, large, conditions_of(large, scale=scale), on_progress)
