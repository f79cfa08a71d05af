"""Deep convolutional networks with batch normalisation.

Source: Radford, Metz and Chintala, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
Networks, 2016, https://arxiv.org/abs/1511.06434. As a critic the discriminator does without the normalisation, whose
batch statistics would mix the slopes of pictures (Gulrajani et al. 2017, section 4, https://arxiv.org/abs/1704.00028).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from generators.builtin.image_gan.networks.layers import (
    SLOPE,
    LatentGenerator,
    Projection,
    channels_at,
    sizes_below,
)

DEVIATION = 0.02  # of the weights at the start; section 4 of the paper


class Generator(LatentGenerator):
    """Transposed convolutions, each followed by batch normalisation and a rectifier."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        widths = [channels_at(size, resolution=resolution, width=width) for size in sizes_below(resolution)]
        self.seed_map = nn.Linear(self.given, widths[0] * 16)
        self.blocks = nn.Sequential(nn.BatchNorm2d(widths[0]), nn.ReLU())
        for a, b in pairwise(widths):
            convolution = nn.ConvTranspose2d(a, b, 4, stride=2, padding=1, bias=False)
            self.blocks.extend([convolution, nn.BatchNorm2d(b), nn.ReLU()])
        self.to_picture = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1)
        start_small(self)

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        x = self.seed_map(style).view(len(style), -1, 4, 4).contiguous(memory_format=torch.channels_last)
        return torch.tanh(self.to_picture(self.blocks(x)))


class Discriminator(nn.Module):
    """Strided convolutions, each but the first followed by batch normalisation, and a leaky rectifier."""

    normalised = True

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        sizes = reversed(sizes_below(resolution))
        widths = [channels, *(channels_at(size, resolution=resolution, width=width) for size in sizes)]
        self.features = nn.Sequential()
        for index, (a, b) in enumerate(pairwise(widths)):
            self.features.append(nn.Conv2d(a, b, 4, stride=2, padding=1))
            if index and self.normalised:
                self.features.append(nn.BatchNorm2d(b))
            self.features.append(nn.LeakyReLU(SLOPE))
        self.head = Projection(widths[-1] * 16, labels=labels)
        if self.normalised:
            start_small(self)

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        return self.head(self.features(picture).float().flatten(1), label)  # type: ignore[no-any-return]


class Critic(Discriminator):
    """The discriminator without batch normalisation."""

    normalised = False


def start_small(network: nn.Module) -> None:
    """Draw all weights of convolutions and fully connected layers from N(0, DEVIATION^2)."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, std=DEVIATION)
