"""The distance that a critic of bounded slope sees between real and generated pictures.

Source: Arjovsky, Chintala and Bottou, Wasserstein GAN, 2017, https://arxiv.org/abs/1701.07875. The slope is bounded by
`penalties.interpolated_penalty`; a slight pull keeps scores near 0, where otherwise only differences count (Karras et
al., Progressive Growing of GANs, 2018, appendix A.1, https://arxiv.org/abs/1710.10196).
"""

from __future__ import annotations

from torch import Tensor

DRIFT = 0.001  # weight of the squared scores of real pictures, as in appendix A.1


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return minus the distance, plus the drift.

    Args:
        real: Scores of real pictures, shape (B,).
        fake: Scores of generated pictures, shape (B,).

    Returns:
        Mean of fake minus mean of real plus DRIFT times the mean of real squared, a scalar.
    """
    return fake.mean() - real.mean() + DRIFT * real.square().mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the loss that raises the scores of generated pictures: minus their mean; `real` has no part in it."""
    return -fake.mean()
