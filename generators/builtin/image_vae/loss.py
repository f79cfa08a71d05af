"""The Kullback-Leibler divergence that a VAE pays for saying more of a picture than its prior knows, in nats."""

from __future__ import annotations

from torch import Tensor


def kl_to_standard_normal(mean: Tensor, log_var: Tensor) -> Tensor:
    """Return how far each latent distribution is from a standard normal.

    Args:
        mean: Means of the latent Gaussians, shape (B, Z).
        log_var: Natural logarithms of their variances, shape (B, Z).

    Returns:
        KL divergence of each example in nats, shape (B,).

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, appendix B. https://arxiv.org/abs/1312.6114
    """
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)
