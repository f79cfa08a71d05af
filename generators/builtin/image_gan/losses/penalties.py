"""Penalties on the slope of a discriminator; each needs to be differentiated twice.

Zero-centred, at real and generated pictures: Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually
Converge?, 2018, https://arxiv.org/abs/1801.04406 (R1 and R2). One-centred, between them: Gulrajani et al., Improved
Training of Wasserstein GANs, 2017, https://arxiv.org/abs/1704.00028.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.training.processes import drawn_alike


def squared_slopes(scores: Tensor, *pictures: Tensor) -> list[Tensor]:
    """Return the squared length of the scores' gradient at each picture, shape (B,) for each batch of pictures.

    Args:
        scores: Computed from the pictures, each from its own; shape (N,).
        pictures: Batches of shape (B, C, H, W), requiring a gradient.
    """
    gradients = torch.autograd.grad(scores.sum(), pictures, create_graph=True)
    return [gradient.square().sum((1, 2, 3)) for gradient in gradients]


def zero_centred_penalty(scores: Tensor, *pictures: Tensor) -> Tensor:
    """Return half the mean squared slope, summed over batches: R1 at real pictures, R2 at generated ones; a scalar."""
    halves = [slopes.mean() / 2 for slopes in squared_slopes(scores, *pictures)]
    return torch.stack(halves).sum()


def interpolated_penalty(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, random: torch.Generator
) -> Tensor:
    """Return how far slopes are from 1 at points by chance between pairs of pictures.

    Args:
        discriminator: Takes pictures to their scores.
        real: Real pictures, shape (B, C, H, W).
        fake: Generated pictures of the same shape.
        random: Where the points come from, on the CPU.

    Returns:
        Mean of (length of the slope - 1)^2, a scalar.
    """
    share = drawn_alike(torch.rand, len(real), 1, 1, 1, random=random).to(real.device)
    between = torch.lerp(real, fake, share).requires_grad_()
    (slopes,) = squared_slopes(discriminator(between), between)
    return ((slopes + 1e-12).sqrt() - 1).square().mean()  # at 0 itself a root has no gradient
