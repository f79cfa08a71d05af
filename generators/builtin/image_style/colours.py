"""Giving a picture the colours of another one."""

from __future__ import annotations

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
LEAST = 1e-4  # of a variance, in a range of 2


def with_colours_of(picture: Tensor, style: Tensor) -> Tensor:
    """Return a picture whose colours have the mean and the covariance of another one's, shape (1, 3, H, W).

    Of all linear maps that do so it is the one that changes colours least.

    Args:
        picture: In [-1, 1], shape (1, 3, H, W).
        style: In [-1, 1], shape (1, 3, any, any).

    Source: Pitié and Kokaram, The Linear Monge-Kantorovitch Linear Colour Mapping for Example-Based Colour Transfer,
    2007, equation 9. https://doi.org/10.1049/cp:20070055
    """
    mine, wanted = picture[0].flatten(1).double(), style[0].flatten(1).double()
    middle, target = mine.mean(1, keepdim=True), wanted.mean(1, keepdim=True)
    a, b = _covariance(mine), _covariance(wanted)
    root, inverse = _power(a, 0.5), _power(a, -0.5)
    change = inverse @ _power(root @ b @ root, 0.5) @ inverse
    return (change @ (mine - middle) + target).reshape(picture.shape).float().clamp(-1, 1)


def with_light_of(picture: Tensor, painted: Tensor) -> Tensor:
    """Return a picture's own colours in the light and dark of a painted one, both in [-1, 1], (1, 3, H, W)."""
    return (picture + luma(painted) - luma(picture)).clamp(-1, 1)


def luma(picture: Tensor) -> Tensor:
    """Return the luma of a picture, shape (1, 1, H, W)."""
    return torch.einsum("bchw,c->bhw", picture, torch.tensor(LUMA).to(picture))[:, None]


def _covariance(colours: Tensor) -> Tensor:
    centred = colours - colours.mean(1, keepdim=True)
    return centred @ centred.T / centred.shape[1] + LEAST * torch.eye(3, dtype=colours.dtype)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    raised: Tensor = vectors @ torch.diag(values.clamp(min=1e-10) ** exponent) @ vectors.T
    return raised
