"""Mending pictures of any size, in tiles, so that memory does not grow with them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spoil import conditions_of, enlarged, membrane

TILE, OVERLAP = 256, 32  # pixels; further away a pixel hardly counts
AROUND = 1.0  # what is looked at around a hole, in sides of it


@torch.inference_mode()
def mend(network: Restorer, picture: Tensor, conditions: Tensor) -> Tensor:
    """Return the mended picture in [-1, 1], shape (1, C, H, W), on the CPU.

    A network for grey pictures mends each channel; one for colours sees a grey picture as three equal channels.

    Args:
        picture: In [-1, 1], shape (1, 1 or 3, H, W).
        conditions: Shape (1, 3, H, W).
    """
    channels = picture.shape[1]
    if network.channels == 1 and channels == 3:
        return torch.cat([mend(network, picture[:, [index]], conditions) for index in range(3)], 1)
    given = picture.expand(-1, network.channels, -1, -1)
    device = next(network.parameters()).device
    height, width = picture.shape[2:]
    result = torch.empty(1, network.channels, height, width)
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
    return result if channels == network.channels else result.mean(1, keepdim=True)


def denoise(network: Restorer, picture: Tensor, noise: float) -> Tensor:
    """Return the picture with noise of this standard deviation (a share of the range) taken out."""
    return mend(network, picture, conditions_of(picture, noise=noise))


def enlarge(network: Restorer, picture: Tensor, scale: int) -> Tensor:
    """Return the picture at `scale` times its size, 2 or 4."""
    size = picture.shape[2] * scale, picture.shape[3] * scale
    large = enlarged(picture, size)
    return mend(network, large, conditions_of(large, scale=scale))


def fill(network: Restorer, picture: Tensor, mask: Tensor) -> Tensor:
    """Return the picture with what is masked drawn anew; every other pixel stays as it is.

    What lies around the hole is looked at in the size of the pictures that the network learned from, so large holes
    are filled more softly than they were.

    Args:
        mask: 1 where a pixel is missing, shape (1, 1, H, W).
    """
    if not bool((mask > 0.5).any()):
        return picture
    top, left, side = _window(mask[0, 0] > 0.5)
    here = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
    part, missing = picture[here], mask[here]
    size = min(network.resolution, *part.shape[2:])
    scaled = part.shape[2] * size // max(part.shape[2:]), part.shape[3] * size // max(part.shape[2:])
    hole = interpolate(missing, scaled, mode="area").gt(0.02).float()
    known = 1 - hole
    weight = interpolate(1 - missing, scaled, mode="area").clamp(min=1e-3)
    small = interpolate(part * (1 - missing), scaled, mode="area") / weight
    small = membrane(small * known, known)
    mended = mend(network, small, conditions_of(small, known=known))
    drawn = enlarged(mended, (part.shape[2], part.shape[3]))
    whole = picture.clone()
    whole[here] = torch.where(missing > 0.5, drawn, part)
    return whole


def _window(hole: Tensor) -> tuple[int, int, int]:
    """Return top, left and side of a square around the hole, as far as the picture reaches."""
    rows, columns = hole.any(1).nonzero()[:, 0], hole.any(0).nonzero()[:, 0]
    height, width = (int(span[-1] - span[0]) + 1 for span in (rows, columns))
    side = round((1 + 2 * AROUND) * max(height, width))
    top = max(0, min(int(rows[0]) - (side - height) // 2, hole.shape[0] - side))
    left = max(0, min(int(columns[0]) - (side - width) // 2, hole.shape[1] - side))
    return top, left, side
