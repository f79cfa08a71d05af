"""Regions of a picture: growing, shrinking, and what hangs together."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

MOST_STEPS = 1000


def grown(region: Tensor, pixels: int) -> Tensor:
    """Return a region with so many pixels more on each side, shape (H, W), bool."""
    if pixels < 1:
        return region
    size = 2 * pixels + 1
    return max_pool2d(region.float()[None, None], size, stride=1, padding=pixels)[0, 0] > 0


def shrunk(region: Tensor, pixels: int) -> Tensor:
    """Return a region with so many pixels less on each side; the picture's edge takes nothing away."""
    return ~grown(~region, pixels)


def reached(seed: Tensor, within: Tensor) -> Tensor:
    """Return the parts of `within` that hang together with the seed, side by side.

    A step reaches to the ends of each run of pixels in a row, then in a column, so few steps are needed.
    """
    rows, columns = _runs(within), _runs(within.T)
    found = seed & within
    for _ in range(MOST_STEPS):
        following = _filled(found, within, rows)
        following = _filled(following.T, within.T, columns).T
        if bool((following == found).all()):
            break
        found = following
    return found


def _runs(within: Tensor) -> Tensor:
    """Return a number for each pixel that all pixels of its run in its row share."""
    height, width = within.shape
    return (~within).long().cumsum(1) + torch.arange(height)[:, None] * (width + 1)


def _filled(found: Tensor, within: Tensor, runs: Tensor) -> Tensor:
    touched = torch.zeros(runs.numel() + runs.shape[0], dtype=torch.bool)
    touched[runs[found]] = True
    return touched[runs] & within


def edge(region: Tensor) -> Tensor:
    """Return the outermost pixels of a picture of this size, bool."""
    border = torch.zeros_like(region, dtype=torch.bool)
    border[0] = border[-1] = True
    border[:, 0] = border[:, -1] = True
    return border
