"""Networks that grow while they are trained: from 4 x 4 pixels, each doubling faded in.

`level` says how far: at 1.25, the second doubling has a quarter of its weight. It is a buffer, so checkpoints know it.
Source: Karras et al., Progressive Growing of GANs, 2018, https://arxiv.org/abs/1710.10196.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from generators.builtin.image_gan.networks.equalised import (
    EqualisedConv,
    EqualisedLinear,
    pixel_norm,
    with_minibatch_deviation,
)
from generators.builtin.image_gan.networks.layers import (
    GAIN,
    SLOPE,
    LatentGenerator,
    Projection,
    channels_at,
    sizes_below,
)

GROWN = 0.6  # share of the training after which the full size is reached


def level_at(progress: float, *, doublings: int) -> float:
    """Return the level after a share of the training: turns of rest and of fading in, all of the same length."""
    turn, inside = divmod(min(progress / GROWN, 1) * 2 * doublings, 2)
    return min(turn + max(inside - 1, 0), doublings)


class Growing(nn.Module):
    """Holds the level that both networks are at."""

    level: Tensor
    doublings: int

    def begin_small(self, resolution: int) -> None:
        """Set the level to 0."""
        self.doublings = len(sizes_below(resolution))
        self.register_buffer("level", torch.zeros(()))

    def grow(self, progress: float) -> None:
        """Move on to where the networks are after a share of the training."""
        self.level.fill_(level_at(progress, doublings=self.doublings))

    def stage(self) -> tuple[int, float]:
        """Return the number of the newest doubling in use, 0 for none, and its weight in (0, 1]."""
        level = float(self.level)
        newest = math.ceil(level)
        return newest, 1 - (newest - level)


class Generator(LatentGenerator, Growing):
    """Two convolutions at each size; pictures are upsampled to the full resolution, whatever the level."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        self.begin_small(resolution)
        self.resolution = resolution
        widths = _widths(resolution, width)
        self.seed_map = EqualisedLinear(self.given, widths[0] * 16, gain=GAIN / 4)
        self.blocks = nn.ModuleList(
            nn.ModuleList([EqualisedConv(a, b, 3, gain=GAIN), EqualisedConv(b, b, 3, gain=GAIN)])
            for a, b in pairwise([widths[0], *widths])
        )
        self.to_pictures = nn.ModuleList(EqualisedConv(w, channels, 1) for w in widths)

    def style(self, latent: Tensor, label: Tensor | None) -> Tensor:
        return pixel_norm(self.labelled(latent, label))

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        newest, weight = self.stage()
        x = pixel_norm(leaky_relu(self.seed_map(style), SLOPE).view(len(style), -1, 4, 4))
        x = x.contiguous(memory_format=torch.channels_last)
        before = x
        for index in range(newest + 1):
            before = x
            x = interpolate(x, scale_factor=2) if index else x
            for convolution in self.blocks[index].children():
                x = pixel_norm(leaky_relu(convolution(x), SLOPE))
        picture = self.to_pictures[newest](x)
        if newest and weight < 1:
            earlier = interpolate(self.to_pictures[newest - 1](before), scale_factor=2)
            picture = torch.lerp(earlier, picture, weight)
        return interpolate(picture, size=self.resolution)


class Discriminator(Growing):
    """The generator's mirror; pictures are averaged to the size that the level has reached."""

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        self.begin_small(resolution)
        widths = _widths(resolution, width)
        self.from_pictures = nn.ModuleList(EqualisedConv(channels, w, 1, gain=GAIN) for w in widths)
        self.blocks = nn.ModuleList(
            nn.ModuleList([EqualisedConv(b, b, 3, gain=GAIN), EqualisedConv(b, a, 3, gain=GAIN)])
            for a, b in pairwise(widths)
        )
        self.last = EqualisedConv(widths[0] + 1, widths[0], 3, gain=GAIN)
        self.hidden = EqualisedLinear(widths[0] * 16, widths[0], gain=GAIN)
        self.head = Projection(widths[0], labels=labels)

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        newest, weight = self.stage()
        picture = avg_pool2d(picture, picture.shape[2] // (4 * 2**newest))
        x = leaky_relu(self.from_pictures[newest](picture), SLOPE)
        for index in range(newest, 0, -1):
            for convolution in self.blocks[index - 1].children():
                x = leaky_relu(convolution(x), SLOPE)
            x = avg_pool2d(x, 2)
            if index == newest and weight < 1:
                smaller = leaky_relu(self.from_pictures[index - 1](avg_pool2d(picture, 2)), SLOPE)
                x = torch.lerp(smaller, x, weight)
        x = leaky_relu(self.last(with_minibatch_deviation(x.float())), SLOPE)
        return self.head(leaky_relu(self.hidden(x.flatten(1)), SLOPE).float(), label)  # type: ignore[no-any-return]


def _widths(resolution: int, width: int) -> list[int]:
    sizes = [*sizes_below(resolution), resolution]
    return [max(channels_at(size, resolution=resolution, width=width), 4) for size in sizes]
