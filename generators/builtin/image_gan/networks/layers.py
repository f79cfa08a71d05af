"""What the networks of several recipes are made of."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

SLOPE = 0.2  # of the leaky rectifiers; the usual value for discriminators since DCGAN
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through a leaky rectifier (He et al. 2015)


def channels_at(size: int, *, resolution: int, width: int) -> int:
    """Return the channels of a feature map of `size` x `size`: `width` next to the picture, doubling inwards."""
    return min(4 * width, width * resolution // (2 * size))


def sizes_below(resolution: int) -> list[int]:
    """Return the sides of the feature maps from the innermost to the outermost: 4, 8, ... resolution / 2."""
    return [4 * 2**power for power in range(int(math.log2(resolution // 4)))]


class LatentGenerator(nn.Module, ABC):
    """Maps latent vectors and labels to pictures in [-1, 1].

    In between lies a style, which truncation pulls towards its mean; a label enters beside the latent vector
    (Mirza and Osindero, Conditional Generative Adversarial Nets, 2014, https://arxiv.org/abs/1411.1784).
    """

    def __init__(self, *, labels: int, latent_dim: int) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.labels = labels
        self.embed = nn.Embedding(labels, latent_dim) if labels else None

    @property
    def given(self) -> int:
        """Numbers that latent vector and label make together."""
        return self.latent_dim * (2 if self.labels else 1)

    def labelled(self, latent: Tensor, label: Tensor | None) -> Tensor:  # (B, Z), (B,) -> (B, Z or 2 Z)
        if self.embed is None:
            return latent
        if label is None:
            raise ValueError("This generator is conditional: it needs a label for each latent vector.")
        return torch.cat([latent, self.embed(label)], 1)

    def style(self, latent: Tensor, label: Tensor | None) -> Tensor:  # (B, Z), (B,) -> (B, S)
        return self.labelled(latent, label)

    @abstractmethod
    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        """Return pictures of styles, shape (B, C, H, W); what is left to chance in them is fixed without `random`."""

    def forward(self, latent: Tensor, label: Tensor | None, random: torch.Generator | None = None) -> Tensor:
        pictures = self.synthesise(self.style(latent, label), random)
        return pictures if self.training else pictures.clamp(-1, 1)


class Projection(nn.Module):
    """Scores features: how real they are, plus how well they go with their label.

    Source: Miyato and Koyama, cGANs with Projection Discriminator, 2018, https://arxiv.org/abs/1802.05637.
    """

    def __init__(self, features: int, *, labels: int) -> None:
        super().__init__()
        self.score = nn.Linear(features, 1)
        self.embed = nn.Embedding(labels, features) if labels else None
        if self.embed is not None:
            nn.init.normal_(self.embed.weight, std=1 / math.sqrt(features))

    def forward(self, features: Tensor, label: Tensor | None) -> Tensor:  # (B, F), (B,) -> (B,)
        score = self.score(features).squeeze(1)
        if self.embed is not None and label is not None:
            score = score + (self.embed(label) * features).sum(1)
        return score  # type: ignore[no-any-return]
