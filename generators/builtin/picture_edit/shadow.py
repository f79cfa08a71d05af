"""The shadow that a product throws on its ground: the ground again, only darker, without a sharp edge."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

DARKEST = 0.35  # lightness of a shadow as a share of the ground's
TINT = 5.0  # in Lab: how far a shadow's hue may be from the ground's, which light from elsewhere changes a little
STEEPEST = (
    1.4  # lightness per pixel; the edge of a product has several times as much, even a little out of focus
)
NOISE = 2  # pixels over which the grain of a camera is taken out


def soft_shadow(lab: Tensor, ground: Tensor) -> Tensor:
    """Return where the picture may be the shadowed ground, bool, shape (H, W).

    A shadow takes light away in all colours alike, so a and b shrink with L; it begins gradually, and never is lighter
    than the ground. Whether such a place is shadow or a grey product follows from whether it hangs together with the
    ground.

    Args:
        lab: The picture in Lab, shape (3, H, W).
        ground: Colours of the ground in Lab, also behind the product, shape (3, H, W).
    """
    share = lab[0] / ground[0].clamp(min=1.0)
    tint = (lab[1:] - ground[1:] * share).norm(dim=0)
    light = avg_pool2d(lab[:1], 2 * NOISE + 1, stride=1, padding=NOISE, count_include_pad=False)[0]
    down, across = torch.gradient(light)
    dark = (share > DARKEST) & (share <= 1)
    found: Tensor = dark & (tint < TINT) & (torch.hypot(down, across) < STEEPEST)
    return found
