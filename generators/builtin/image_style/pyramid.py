"""A picture as differences of sizes, which a descent changes in few steps: coarse shapes move as easily as details."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

LEVELS = 4
MULTIPLE = 2 ** (LEVELS - 1)
"""The sides of a picture that is taken apart are multiples of it."""


def taken_apart(picture: Tensor) -> list[Tensor]:
    """Return what each size adds to the next smaller one, from fine to coarse, the smallest as it is.

    Args:
        picture: Shape (1, C, H, W), sides being multiples of MULTIPLE.

    Source: Burt and Adelson, The Laplacian Pyramid as a Compact Image Code, 1983, with boxes for the filter.
    https://doi.org/10.1109/TCOM.1983.1095851
    """
    parts = []
    for _ in range(LEVELS - 1):
        smaller = avg_pool2d(picture, 2)
        parts.append(picture - _enlarged(smaller, picture))
        picture = smaller
    return [*parts, picture]


def put_together(parts: list[Tensor]) -> Tensor:
    """Return the picture that `taken_apart` was given."""
    picture = parts[-1]
    for part in reversed(parts[:-1]):
        picture = part + _enlarged(picture, part)
    return picture


def _enlarged(picture: Tensor, like: Tensor) -> Tensor:
    return interpolate(picture, size=like.shape[2:], mode="bilinear", align_corners=False)
