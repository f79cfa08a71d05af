"""The losses of `image-diffusion`: squared error of the answer, and what its autoencoder learns from."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import l1_loss

KL_WEIGHT = 1e-5
"""Keeps encodings from growing without end and hardly blurs; Rombach et al. 2022 take 1e-6 of a sum over positions."""


def reconstruction_loss(pictures: Tensor, decoded: Tensor) -> Tensor:
    """Return the mean absolute error of pixels plus that of the steps between neighbours, a scalar.

    The second term asks for edges where the picture has some, which the first one alone would let blur.

    Args:
        pictures: In [-1, 1], shape (B, C, H, W).
        decoded: What the autoencoder made of them, the same shape.
    """
    error = decoded - pictures
    across, down = error.diff(dim=3), error.diff(dim=2)
    return l1_loss(decoded, pictures) + across.abs().mean() + down.abs().mean()


def kl_to_standard_normal(mean: Tensor, log_var: Tensor) -> Tensor:
    """Return how far the encodings are from a standard normal, in nats for each of their numbers, a scalar.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, appendix B. https://arxiv.org/abs/1312.6114
    """
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var).mean()
