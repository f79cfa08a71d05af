"""The losses of `image-gan`: what the discriminator and the generator descend along, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from generators.builtin.image_gan.losses import hinge, non_saturating, relativistic, wasserstein

Score = Callable[[Tensor, Tensor], Tensor]


class Loss(NamedTuple):
    """Both sides of a game: each takes the scores of real and of generated pictures, shape (B,), to a scalar."""

    discriminator: Score
    generator: Score


LOSSES = {
    "non_saturating": Loss(non_saturating.discriminator_loss, non_saturating.generator_loss),
    "hinge": Loss(hinge.discriminator_loss, hinge.generator_loss),
    "wasserstein": Loss(wasserstein.discriminator_loss, wasserstein.generator_loss),
    "relativistic": Loss(relativistic.discriminator_loss, relativistic.generator_loss),
}
