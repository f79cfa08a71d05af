"""The relativistic pairing loss: each generated picture is scored against a real one.

It has no local minimum in which modes are dropped, but converges only with penalties on both sides (`penalties`).

Source: Jolicoeur-Martineau, The relativistic discriminator, 2018, https://arxiv.org/abs/1807.00734; as the loss of a
modern baseline in Huang et al., The GAN is dead; long live the GAN!, 2024, https://arxiv.org/abs/2501.05441.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return how badly real pictures are scored above the generated ones that they are paired with.

    Args:
        real: Scores of real pictures, shape (B,).
        fake: Scores of generated pictures, shape (B,).

    Returns:
        Mean of log(1 + exp(fake - real)), a scalar.
    """
    return softplus(fake - real).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of log(1 + exp(real - fake)): the same game, seen from the other side."""
    return softplus(real - fake).mean()
