"""A residual generator whose batch normalisation depends on the label.

Source: Miyato and Koyama, cGANs with Projection Discriminator, 2018, appendix A, https://arxiv.org/abs/1802.05637;
conditional batch normalisation: Dumoulin, Shlens and Kudlur, A Learned Representation for Artistic Style, 2017,
https://arxiv.org/abs/1610.07629.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu

from generators.builtin.image_gan.networks.layers import LatentGenerator, channels_at, sizes_below


class ConditionalNorm(nn.Module):
    """Batch normalisation with a scale and a shift for each label."""

    def __init__(self, channels: int, *, labels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale = nn.Embedding(max(labels, 1), channels)
        self.shift = nn.Embedding(max(labels, 1), channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: Tensor, label: Tensor) -> Tensor:  # (B, C, H, W), (B,)
        return torch.addcmul(
            self.shift(label)[:, :, None, None], self.norm(x), self.scale(label)[:, :, None, None]
        )


class Block(nn.Module):
    """Doubles height and width by two convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, *, labels: int) -> None:
        super().__init__()
        self.first_norm = ConditionalNorm(inputs, labels=labels)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second_norm = ConditionalNorm(outputs, labels=labels)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1)
        for layer in (self.first, self.second, self.shortcut):
            nn.init.xavier_uniform_(layer.weight)

    def forward(self, x: Tensor, label: Tensor) -> Tensor:  # (B, C, H, W), (B,) -> (B, C', 2H, 2W)
        h = self.first(interpolate(relu(self.first_norm(x, label)), scale_factor=2))
        h = self.second(relu(self.second_norm(h, label)))
        return h + interpolate(self.shortcut(x), scale_factor=2)  # type: ignore[no-any-return]


class Generator(LatentGenerator):
    """Residual blocks from 4 x 4 to the picture; the style is the latent vector, with the label's number beside it."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        self.embed = None  # the label acts in the normalisation
        sizes = [*sizes_below(resolution), resolution]
        widths = [max(channels_at(size, resolution=resolution, width=width), 1) for size in sizes]
        self.seed_map = nn.Linear(latent_dim, widths[0] * 16)
        self.blocks = nn.ModuleList(Block(a, b, labels=labels) for a, b in pairwise(widths))
        self.last_norm = nn.BatchNorm2d(widths[-1])
        self.to_picture = nn.Conv2d(widths[-1], channels, 3, padding=1)

    def style(self, latent: Tensor, label: Tensor | None) -> Tensor:  # (B, Z), (B,) -> (B, Z + 1)
        if self.labels and label is None:
            raise ValueError("This generator is conditional: it needs a label for each latent vector.")
        number = latent.new_zeros(len(latent)) if label is None else label.to(latent.dtype)
        return torch.cat([latent, number[:, None]], 1)

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        latent, label = style[:, :-1], style[:, -1].round().long()
        x = self.seed_map(latent).view(len(style), -1, 4, 4).contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            x = block(x, label)
        return torch.tanh(self.to_picture(relu(self.last_norm(x))))
