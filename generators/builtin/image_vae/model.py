"""Encoder and decoder of `image-vae`: strided convolutions, both given the label.

The variational autoencoder is Kingma and Welling, Auto-Encoding Variational Bayes, 2013, https://arxiv.org/abs/1312.6114;
given a label it is Sohn, Lee and Yan, Learning Structured Output Representation, NeurIPS 2015.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, silu

from generators.builtin.image_vae.mixture import Mixture


def channels_at(size: int, *, resolution: int, width: int) -> int:
    """Return the channels of a feature map of `size` x `size`: `width` next to the picture, doubling inwards."""
    return min(4 * width, width * resolution // (2 * size))


class Residual(nn.Module):
    """Adds a correction by one 3 x 3 convolution; it starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.convolution.weight)

    def forward(self, x: Tensor) -> Tensor:
        correction: Tensor = self.convolution(silu(x))
        return x + correction


class VariationalAutoencoder(nn.Module):
    """Encodes pictures as Gaussians, decodes latent vectors, and holds the mixture that samples are drawn from."""

    def __init__(
        self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int, components: int
    ) -> None:
        super().__init__()
        self.channels = channels
        self.labels = labels
        self.latent_dim = latent_dim
        sizes = [4 * 2**i for i in range(int(math.log2(resolution // 4)))]  # 4, 8, ... resolution / 2
        widths = [channels_at(size, resolution=resolution, width=width) for size in sizes]
        self.encoder = nn.Sequential()
        for a, b in pairwise([channels, *reversed(widths)]):
            self.encoder.extend([nn.Conv2d(a, b, 4, stride=2, padding=1), Residual(b), nn.SiLU()])
        flat = widths[0] * 16
        self.to_latent = nn.Sequential(
            nn.Linear(flat + labels, 4 * width), nn.SiLU(), nn.Linear(4 * width, 2 * latent_dim)
        )
        self.from_latent = nn.Sequential(
            nn.Linear(latent_dim + labels, 4 * width),
            nn.SiLU(),
            nn.Linear(4 * width, flat),
            nn.Unflatten(1, (-1, 4, 4)),
        )
        self.decoder = nn.Sequential()
        for a, b in pairwise(widths):
            self.decoder.extend([Residual(a), nn.SiLU(), nn.ConvTranspose2d(a, b, 4, stride=2, padding=1)])
        self.decoder.extend([Residual(widths[-1]), nn.SiLU()])
        self.decoder.append(nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1))
        self.prior = Mixture(groups=max(labels, 1), components=components, dimensions=latent_dim)

    def encode(self, picture: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return means and log variances, each (B, Z), of pictures (B, C, H, W) with labels (B,)."""
        features = self.encoder(picture).flatten(1)
        mean, log_var = self.to_latent(self._given(features, label)).float().chunk(2, 1)
        return mean, log_var.clamp(-12, 6)

    def decode(self, latent: Tensor, label: Tensor | None) -> Tensor:
        """Return pictures in [-1, 1], shape (B, C, H, W), of latent vectors (B, Z)."""
        seed_map = self.from_latent(self._given(latent, label))
        return torch.tanh(self.decoder(seed_map.contiguous(memory_format=torch.channels_last)))

    def forward(self, picture: Tensor, label: Tensor | None, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return reconstructions, means and log variances; `noise` (B, Z) picks the latent vectors."""
        mean, log_var = self.encode(picture, label)
        return self.decode(mean + noise * (0.5 * log_var).exp(), label), mean, log_var

    def _given(self, x: Tensor, label: Tensor | None) -> Tensor:
        if not self.labels:
            return x
        if label is None:
            raise ValueError("This network is conditional: it needs a label for each example.")
        return torch.cat([x, one_hot(label, self.labels).to(x.dtype)], 1)
