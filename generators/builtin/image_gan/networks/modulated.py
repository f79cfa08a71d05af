"""The modulated generator and the spectrally normalised discriminator: small, and quick on a processor.

The generator scales the input channels of each convolution by the latent vector and divides the result by the
length that the scaled kernel has (Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020,
https://arxiv.org/abs/1912.04958, section 2.2). It therefore needs no batch statistics: a picture depends on its
own latent vector only. The discriminator follows Miyato et al., Spectral Normalization for Generative Adversarial
Networks, 2018, https://arxiv.org/abs/1802.05957, and sees the label by projection.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d, leaky_relu

from generators.builtin.image_gan.networks.layers import (
    GAIN,
    SLOPE,
    LatentGenerator,
    channels_at,
    sizes_below,
)
from generators.builtin.image_gan.networks.spectral import spectral_normalised


class ModulatedUpsample(nn.ConvTranspose2d):
    """Doubles height and width with a transposed convolution whose input channels the style scales."""

    def __init__(self, inputs: int, outputs: int, *, style_dim: int) -> None:
        super().__init__(inputs, outputs, 4, stride=2, padding=1)
        nn.init.normal_(self.weight, std=1 / math.sqrt(4 * inputs))
        nn.init.zeros_(self.shift)
        self.style = nn.Linear(style_dim, inputs)
        nn.init.normal_(self.style.weight, std=1 / math.sqrt(style_dim))
        nn.init.ones_(self.style.bias)

    @property
    def shift(self) -> Tensor:
        assert self.bias is not None
        return self.bias

    def forward(self, x: Tensor, style: Tensor) -> Tensor:  # type: ignore[override]
        # (B, C, H, W), (B, S) -> (B, C', 2H, 2W)
        scale = self.style(style)
        # With stride 2, each output pixel is touched by a quarter of the kernel.
        energy = self.weight.square().sum((2, 3)) / 4
        norm = (scale.square() @ energy + 1e-6).rsqrt()
        x = conv_transpose2d(x * scale[:, :, None, None], self.weight, stride=2, padding=1)
        return leaky_relu(x * (GAIN * norm)[:, :, None, None] + self.shift[:, None, None], SLOPE)


class Generator(LatentGenerator):
    """Upsamples a seed map by modulated convolutions."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        style_dim = 2 * latent_dim
        self.mapping = nn.Sequential(
            nn.Linear(self.given, style_dim),
            nn.LeakyReLU(SLOPE),
            nn.Linear(style_dim, style_dim),
            nn.LeakyReLU(SLOPE),
        )
        widths = [channels_at(size, resolution=resolution, width=width) for size in sizes_below(resolution)]
        self.seed_map = nn.Linear(style_dim, widths[0] * 16)
        for layer in (*self.mapping, self.seed_map):
            if isinstance(
                layer, nn.Linear
            ):  # the default is a third of it: pictures of one label start out alike
                nn.init.kaiming_normal_(layer.weight, SLOPE)
                nn.init.zeros_(layer.bias)
        self.blocks = nn.ModuleList(ModulatedUpsample(a, b, style_dim=style_dim) for a, b in pairwise(widths))
        self.to_picture = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1)

    def style(self, latent: Tensor, label: Tensor | None) -> Tensor:  # (B, Z), (B,) -> (B, S)
        latent = latent * (latent.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        return self.mapping(self.labelled(latent, label))  # type: ignore[no-any-return]

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        x = leaky_relu(self.seed_map(style), SLOPE).view(len(style), -1, 4, 4)
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            x = block(x, style)
        return torch.tanh(self.to_picture(x))


class Discriminator(nn.Module):
    """Scores pictures for realism, given their label."""

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        sizes = reversed(sizes_below(resolution))
        widths = [channels, *(channels_at(size, resolution=resolution, width=width) for size in sizes)]
        self.features = nn.Sequential()
        for a, b in pairwise(widths):
            self.features.append(spectral_normalised(nn.Conv2d(a, b, 4, stride=2, padding=1)))
            self.features.append(nn.LeakyReLU(SLOPE))
        self.features.append(spectral_normalised(nn.Conv2d(widths[-1], widths[-1], 3, padding=1)))
        self.features.append(nn.LeakyReLU(SLOPE))
        self.score = spectral_normalised(nn.Linear(widths[-1], 1))
        self.embed = spectral_normalised(nn.Embedding(labels, widths[-1])) if labels else None

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        h = self.features(picture).float().sum((2, 3))
        score = self.score(h).squeeze(1)
        if self.embed is not None and label is not None:
            score = score + (self.embed(label) * h).sum(1)
        return score  # type: ignore[no-any-return]
