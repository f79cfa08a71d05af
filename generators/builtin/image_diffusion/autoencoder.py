"""The autoencoder of `image-diffusion`: pictures as maps of a quarter of their side, for flows at 128 pixels and more.

Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, 2022, https://arxiv.org/abs/2112.10752:
diffusion costs a fraction where a network has first learned to leave out what nobody sees. Four numbers for each square
of 4 x 4 pixels, kept near a standard normal by a very small KL divergence.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, silu

LATENT_CHANNELS = 4
FOLD = 4  # side of the square that becomes one position
MOMENTUM = 0.02  # of the running mean and variance of the encodings


class Residual(nn.Module):
    """Two convolutions around a residual; it starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.second(silu(self.first(silu(x))))
        return x + h


class Autoencoder(nn.Module):
    """Encodes pictures (B, C, H, W) as Gaussians over (B, 4, H / 4, W / 4) and decodes those."""

    mean: Tensor
    variance: Tensor

    def __init__(self, *, channels: int, width: int) -> None:
        super().__init__()
        wide = 2 * width
        self.encoder = nn.Sequential(
            nn.Conv2d(4 * channels, width, 3, padding=1),
            Residual(width),
            nn.Conv2d(width, wide, 2, stride=2),
            Residual(wide),
            nn.SiLU(),
            nn.Conv2d(wide, 2 * LATENT_CHANNELS, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, wide, 3, padding=1),
            Residual(wide),
            nn.ConvTranspose2d(wide, width, 2, stride=2),
            Residual(width),
            nn.SiLU(),
            nn.Conv2d(width, 4 * channels, 3, padding=1),
        )
        self.register_buffer("mean", torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer("variance", torch.ones(1, LATENT_CHANNELS, 1, 1))

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return means and log variances of the encodings, float32, each (B, 4, H / 4, W / 4)."""
        folded = pixel_unshuffle(pictures, 2).contiguous(memory_format=torch.channels_last)
        mean, log_var = self.encoder(folded).float().chunk(2, 1)
        return mean, log_var.clamp(-20, 4)

    def decode(self, encodings: Tensor) -> Tensor:
        """Return pictures, about in [-1, 1], shape (B, C, H, W)."""
        return pixel_shuffle(self.decoder(encodings), 2).float()

    @torch.no_grad()
    def watch(self, encodings: Tensor) -> None:
        """Keep the running mean and variance of each channel of the encodings."""
        self.mean.lerp_(encodings.mean((0, 2, 3), keepdim=True), MOMENTUM)
        self.variance.lerp_(encodings.var((0, 2, 3), keepdim=True), MOMENTUM)

    def standardise(self, encodings: Tensor) -> Tensor:
        """Return encodings with mean 0 and variance 1 in each channel, as noise has."""
        return (encodings - self.mean) * self.variance.rsqrt()

    def restore(self, standardised: Tensor) -> Tensor:
        """Return what was standardised as encodings again."""
        return standardised * self.variance.sqrt() + self.mean
