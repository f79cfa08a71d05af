"""Peak signal-to-noise ratio."""

from __future__ import annotations

from torch import Tensor


def psnr(a: Tensor, b: Tensor, *, data_range: float) -> Tensor:
    """Return how little pictures differ from others, in decibels; infinite where they are equal.

    Args:
        a: Shape (B, C, H, W).
        b: Of the same shape.
        data_range: Largest minus smallest value that a pixel can have: 2 for pictures in [-1, 1].

    Returns:
        10 log10(data_range^2 / mean squared error) of each picture, shape (B,).

    Raises:
        ValueError: If the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError(f"Pictures of shapes {tuple(a.shape)} and {tuple(b.shape)} cannot be compared.")
    error = (a.double() - b.double()).square().mean((1, 2, 3))
    return 10 * (data_range**2 / error).log10()
