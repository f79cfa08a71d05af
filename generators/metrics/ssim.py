"""Structural similarity."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d

WINDOW, SIGMA, K1, K2 = 11, 1.5, 0.01, 0.03  # the paper's


def ssim(a: Tensor, b: Tensor, *, data_range: float) -> Tensor:
    """Return how alike pictures are in brightness, contrast and structure, at most 1.

    Args:
        a: Shape (B, C, H, W), at least 11 x 11 pixels.
        b: Of the same shape.
        data_range: Largest minus smallest value that a pixel can have: 2 for pictures in [-1, 1].

    Returns:
        Mean of each picture over channels and all windows that lie inside, shape (B,).

    Raises:
        ValueError: If the shapes differ or the pictures are smaller than the window.

    Source: Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error Visibility to Structural
    Similarity, 2004, section III; windows weighted by a Gaussian, population variances.
    """
    if a.shape != b.shape:
        raise ValueError(f"Pictures of shapes {tuple(a.shape)} and {tuple(b.shape)} cannot be compared.")
    if min(a.shape[2:]) < WINDOW:
        raise ValueError(
            f"SSIM looks through windows of {WINDOW} x {WINDOW} pixels; the pictures have {a.shape[2:]}."
        )
    a, b = a.double(), b.double()
    mean_a, mean_b, square_a, square_b, product = (_blur(x) for x in (a, b, a * a, b * b, a * b))
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    covariance = product - mean_a * mean_b
    variances = square_a - mean_a.square() + square_b - mean_b.square()
    brightness = (2 * mean_a * mean_b + c1) / (mean_a.square() + mean_b.square() + c1)
    structure = (2 * covariance + c2) / (variances + c2)
    return (brightness * structure).mean((1, 2, 3))


def _blur(x: Tensor) -> Tensor:
    offsets = torch.arange(WINDOW, dtype=x.dtype, device=x.device) - WINDOW // 2
    weights = torch.exp(-offsets.square() / (2 * SIGMA**2))
    weights = (weights / weights.sum()).expand(x.shape[1], 1, 1, WINDOW)
    x = conv2d(x, weights, groups=x.shape[1])
    return conv2d(x, weights.transpose(2, 3), groups=x.shape[1])
