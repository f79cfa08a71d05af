"""The first loss of adversarial training, with the generator's half that keeps its gradient.

Source: Goodfellow et al., Generative Adversarial Nets, 2014, section 3, https://arxiv.org/abs/1406.2661.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return how badly the scores, as log odds, tell real pictures from generated ones.

    Args:
        real: Scores of real pictures, shape (B,).
        fake: Scores of generated pictures, shape (B,).

    Returns:
        Mean of -log(sigmoid(real)) plus mean of -log(1 - sigmoid(fake)) in nats, a scalar.
    """
    return softplus(-real).mean() + softplus(fake).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of -log(sigmoid(fake)): its gradient stays large while pictures are easily told apart."""
    return softplus(-fake).mean()
