"""Colours as the eye tells them apart."""

from __future__ import annotations

import torch
from torch import Tensor

_TO_XYZ = torch.tensor(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = torch.tensor([0.95047, 1.0, 1.08883])  # D65
_BEND, _SLOPE = 216 / 24389, 24389 / 27


def to_lab(rgb: Tensor) -> Tensor:
    """Return colours in CIE L*a*b* (D65): a distance of about 2 is just seen.

    Args:
        rgb: sRGB in [0, 1], shape (3, ...).

    Source: IEC 61966-2-1 for sRGB; CIE 15:2004, section 8.2.1.
    """
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb.clamp(min=0) + 0.055) / 1.055) ** 2.4)
    xyz = torch.tensordot(_TO_XYZ.to(rgb.dtype), linear, dims=1)
    ratio = xyz / _WHITE.to(rgb.dtype).view(3, *[1] * (rgb.dim() - 1))
    bent = torch.where(ratio > _BEND, ratio.clamp(min=1e-9) ** (1 / 3), (_SLOPE * ratio + 16) / 116)
    return torch.stack([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])
