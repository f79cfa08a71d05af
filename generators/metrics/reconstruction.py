"""Reconstruction error."""

from __future__ import annotations

from torch import Tensor


def reconstruction_error(original: Tensor, reconstruction: Tensor, *, data_range: float) -> Tensor:
    """Return the root mean squared error of each picture as a share of the range, from 0 to 1, shape (B,).

    Args:
        original: Shape (B, C, H, W).
        reconstruction: Of the same shape.
        data_range: Largest minus smallest value that a pixel can have: 2 for pictures in [-1, 1].

    Raises:
        ValueError: If the shapes differ.
    """
    if original.shape != reconstruction.shape:
        raise ValueError(
            f"Pictures of shapes {tuple(original.shape)} and {tuple(reconstruction.shape)} cannot be compared."
        )
    squared = (original.double() - reconstruction.double()).square().mean((1, 2, 3))
    return squared.sqrt() / data_range
