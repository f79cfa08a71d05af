"""Networks without convolutions: every pixel is connected to every hidden unit.

The first generative adversarial networks on small pictures were such (Goodfellow et al., Generative Adversarial Nets,
2014, https://arxiv.org/abs/1406.2661). Theirs had maxout units and dropout in the discriminator; these have leaky
rectifiers, so that nothing is drawn inside a network.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.builtin.image_gan.networks.layers import SLOPE, LatentGenerator, Projection

HIDDEN = 16  # hidden units, in widths


class Generator(LatentGenerator):
    """Two hidden layers, then all pixels at once."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        self.shape = (channels, resolution, resolution)
        hidden = HIDDEN * width
        self.layers = nn.Sequential(
            nn.Linear(self.given, hidden),
            nn.LeakyReLU(SLOPE),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(SLOPE),
            nn.Linear(hidden, channels * resolution**2),
            nn.Tanh(),
        )

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        return self.layers(style).view(-1, *self.shape)  # type: ignore[no-any-return]


class Discriminator(nn.Module):
    """Two hidden layers over all pixels."""

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        hidden = HIDDEN * width
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * resolution**2, hidden),
            nn.LeakyReLU(SLOPE),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(SLOPE),
        )
        self.head = Projection(hidden, labels=labels)

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        return self.head(self.layers(picture).float(), label)  # type: ignore[no-any-return]
