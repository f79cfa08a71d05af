"""Filling what is painted over: each hole apart, coarsely by the network, in detail by the texture around it."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import interpolate, max_pool2d

from generators.builtin.image_restore.mend import mend
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.spoil import conditions_of, enlarged, membrane
from generators.builtin.image_restore.texture import textured
from generators.training.randomness import generator_for

AROUND = 1.0  # what is looked at around a hole, in sides of it
LEAST = 96  # pixels of the side of what is looked at: a speck has hardly any surroundings of its own
GRID = 96  # cells of the longer side, in which holes that touch are one
COARSE = 1.5  # times the network's resolution, from which on its answer lacks detail


@torch.inference_mode()
def fill(network: Restorer, picture: Tensor, mask: Tensor) -> Tensor:
    """Return the picture with what is masked drawn anew; every other pixel stays as it is.

    What lies around a hole is looked at in the size of the pictures that the network learned from; in a larger
    picture its answer is only where texture begins.

    Args:
        picture: In [-1, 1], shape (1, C, H, W).
        mask: 1 where a pixel is missing, shape (1, 1, H, W).
    """
    whole, missing = picture.clone(), (mask > 0.5).float()
    for hole in _holes(missing[0, 0] > 0):
        here = _window(hole)
        drawn = _drawn(network, whole[here], missing[here])
        whole[here] = torch.where(hole[here[2:]], drawn, whole[here])
        missing[0, 0][hole] = 0
    return whole


def _drawn(network: Restorer, part: Tensor, missing: Tensor) -> Tensor:
    """Return a window of the picture with all of its missing pixels drawn."""
    height, width = part.shape[2:]
    size, longest = min(network.resolution, height, width), max(height, width)
    scaled = [max(1, side * size // longest) for side in (height, width)]
    share = interpolate(1 - missing, scaled, mode="area")
    known = (share > 0.98).float()
    small = interpolate(part * (1 - missing), scaled, mode="area") / share.clamp(min=1e-3)
    small = membrane(small * known, known)
    coarse = enlarged(mend(network, small, conditions_of(small, known=known)), (height, width))
    if longest <= COARSE * network.resolution:
        return coarse
    return textured(part, missing, coarse, generator_for(0, "texture"))


def _holes(missing: Tensor) -> Iterator[Tensor]:
    """Yield each hole by itself, shape (H, W), bool: strokes far from each other are none of one another's matter."""
    height, width = missing.shape
    cell = max(1, -(-max(height, width) // GRID))
    cells = max_pool2d(missing.float()[None, None], cell, ceil_mode=True)[0, 0] > 0
    left = {(int(y), int(x)) for y, x in cells.nonzero()}
    while left:
        found, edge = torch.zeros_like(cells), [left.pop()]
        while edge:
            y, x = edge.pop()
            found[y, x] = True
            near = {(y + down, x + across) for down in (-1, 0, 1) for across in (-1, 0, 1)} & left
            left -= near
            edge += near
        yield found.repeat_interleave(cell, 0).repeat_interleave(cell, 1)[:height, :width] & missing


def _window(hole: Tensor) -> tuple[slice, slice, slice, slice]:
    """Return a square around the hole, as far as the picture reaches."""
    rows, columns = hole.any(1).nonzero()[:, 0], hole.any(0).nonzero()[:, 0]
    height, width = (int(span[-1] - span[0]) + 1 for span in (rows, columns))
    side = max(LEAST, round((1 + 2 * AROUND) * max(height, width)))
    top = max(0, min(int(rows[0]) - (side - height) // 2, hole.shape[0] - side))
    left = max(0, min(int(columns[0]) - (side - width) // 2, hole.shape[1] - side))
    return slice(None), slice(None), slice(top, top + side), slice(left, left + side)
