"""How likely a decoder makes pictures: a Gaussian with the best shared variance, in nats and in bits per dimension.

Source: Rybkin, Daniilidis and Levine, Simple and Effective VAE Training with Calibrated Decoders, 2021,
https://arxiv.org/abs/2006.13202. The variance that all pixels share is not learned: for the pictures at hand, the
likelihood is highest where it equals their mean squared error. So nobody has to weigh the terms of a loss by hand.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

LEAST_VARIANCE = (2 / 255) ** 2 / 12
"""Variance of rounding to 256 levels in [-1, 1]: the error below which pictures on disk cannot tell any more."""


def optimal_variance(squared_error: Tensor) -> Tensor:
    """Return the shared variance under which errors are most likely: their mean, but at least LEAST_VARIANCE."""
    return squared_error.mean().clamp(min=LEAST_VARIANCE)


def negative_log_likelihood(squared_error: Tensor, variance: Tensor) -> Tensor:
    """Return what each picture costs under a Gaussian around its reconstruction.

    Args:
        squared_error: (picture - reconstruction)^2, shape (B, C, H, W), for pictures in [-1, 1].
        variance: The variance that all pixels share, a scalar.

    Returns:
        Nats of each picture, shape (B,), as a density of values in [-1, 1].
    """
    nats = 0.5 * (squared_error / variance + variance.log() + math.log(2 * math.pi))
    return nats.sum((1, 2, 3))


def bits_per_dim(nats: Tensor, dimensions: int) -> Tensor:
    """Return nats of a density over [-1, 1] as bits for each of `dimensions` pixels of 256 levels.

    A level is 1/127.5 wide, so a density is 127.5 times the probability of a level.
    """
    return nats / (dimensions * math.log(2)) + torch.tensor(127.5).log2()


def dequantised(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Return pictures of 256 levels, each value moved by chance within its level, so that a density can be measured.

    The mean negative log density of such values is never below that of the levels' own probabilities.

    Source: Theis, van den Oord and Bethge, A note on the evaluation of generative models, 2016, section 3.1.
    https://arxiv.org/abs/1511.01844
    """
    return pictures + (torch.rand(pictures.shape, generator=random) - 0.5) / 127.5
