"""The hinge loss of adversarial training.

Source: Lim and Ye, Geometric GAN, 2017, https://arxiv.org/abs/1705.02894; with a projection discriminator in
Miyato and Koyama, 2018, https://arxiv.org/abs/1802.05637.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import relu


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the loss that pushes scores of real pictures above 1 and of generated ones below -1.

    Args:
        real: Scores of real pictures, shape (B,).
        fake: Scores of generated pictures, shape (B,).

    Returns:
        Mean of max(0, 1 - real) plus mean of max(0, 1 + fake), a scalar.
    """
    return relu(1 - real).mean() + relu(1 + fake).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the loss that raises the scores of generated pictures: minus their mean; `real` has no part in it."""
    return -fake.mean()
