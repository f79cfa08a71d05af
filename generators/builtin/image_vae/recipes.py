"""The recipes of `image-vae`: which likelihood, which prior, and who uses labels. Torch-free."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Recipe(NamedTuple):
    """A member of the family, as the learner needs to know it."""

    title: str
    paper: str
    labels: Literal["used", "ignored", "needed"]
    """Whether encoder and decoder are given the label; "used" means where the data has them."""
    variance: Literal["optimal", "unit"]
    """Of the decoder's Gaussian, shared by all pixels in [-1, 1]: the most likely one, or 1."""
    prior: Literal["mixture", "normal"]
    """What samples are decoded from: a mixture fitted to encodings after training, or N(0, I)."""
    weighs_divergence: bool = False
    """Whether the param `beta` multiplies the divergence from N(0, I)."""
    adversarial: bool = False
    """Whether a discriminator judges the pictures, and its features are reconstructed as well."""


RECIPES = {
    "sigma": Recipe("Sigma-VAE", "https://arxiv.org/abs/2006.13202", "used", "optimal", "mixture"),
    "vae": Recipe("Plain VAE", "https://arxiv.org/abs/1312.6114", "ignored", "unit", "normal"),
    "beta": Recipe(
        "Beta-VAE",
        "https://openreview.net/forum?id=Sy2fzU9gl",
        "ignored",
        "unit",
        "normal",
        weighs_divergence=True,
    ),
    "conditional": Recipe(
        "Conditional VAE",
        "https://papers.nips.cc/paper/2015/hash/8d55a249e6baa5c06772297520da2051-Abstract.html",
        "needed",
        "optimal",
        "normal",
    ),
    "vae-gan": Recipe(
        "VAE-GAN", "https://arxiv.org/abs/1512.09300", "used", "optimal", "mixture", adversarial=True
    ),
}
