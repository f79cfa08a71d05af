"""Residual networks without normalisation, as a modern baseline has them.

Two backbones. `grouped` is the paper's: inverted bottlenecks of 1 x 1, grouped 3 x 3 and 1 x 1 convolutions, for GPUs.
`plain` has two 3 x 3 convolutions and ends at half the resolution, for processors, whose matrix units grouped
convolutions leave idle. In both the last convolution of a block starts at 0, so a block starts as the identity (Zhang,
Dauphin and Ma, Fixup Initialization, 2019, https://arxiv.org/abs/1901.09321).

Source: Huang et al., The GAN is dead; long live the GAN! A Modern GAN Baseline, 2024, section 3.3,
https://arxiv.org/abs/2501.05441.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu

from generators.builtin.image_gan.networks.layers import (
    GAIN,
    SLOPE,
    LatentGenerator,
    channels_at,
    sizes_below,
)

Backbone = Literal["plain", "grouped"]
GROUP = 16  # channels in a group
EXPANSION = 2  # of the channels inside a bottleneck
BLOCKS = {"plain": 1, "grouped": 2}  # at each size


class PlainBlock(nn.Module):
    """Two 3 x 3 convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _started(nn.Conv2d(channels, channels, 3, padding=1), GAIN)
        self.last = _started(nn.Conv2d(channels, channels, 3, padding=1, bias=False), 0)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.last(leaky_relu(self.first(leaky_relu(x, SLOPE)), SLOPE))  # type: ignore[no-any-return]


class GroupedBlock(nn.Module):
    """An inverted bottleneck with a grouped convolution beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = EXPANSION * channels
        groups = max(inner // GROUP, 1)
        self.first = _started(nn.Conv2d(channels, inner, 1), GAIN)
        self.middle = _started(nn.Conv2d(inner, inner, 3, padding=1, groups=groups), GAIN)
        self.last = _started(nn.Conv2d(inner, channels, 1, bias=False), 0)

    def forward(self, x: Tensor) -> Tensor:
        h = leaky_relu(self.first(x), SLOPE)
        return x + self.last(leaky_relu(self.middle(h), SLOPE))  # type: ignore[no-any-return]


def blocks(channels: int, backbone: Backbone) -> nn.Sequential:
    """Return the blocks of one size."""
    kind = PlainBlock if backbone == "plain" else GroupedBlock
    return nn.Sequential(*(kind(channels) for _ in range(BLOCKS[backbone])))


class Generator(LatentGenerator):
    """A learned 4 x 4 map scaled by the latent vector, then blocks and bilinear upsampling by turns."""

    def __init__(
        self,
        *,
        resolution: int,
        channels: int,
        labels: int,
        latent_dim: int,
        width: int,
        backbone: Backbone = "plain",
    ) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        widths = _widths(resolution, width, backbone)
        self.basis = nn.Parameter(torch.randn(widths[0], 4, 4))
        self.scale = _started(nn.Linear(self.given, widths[0]), 1)
        self.stages = nn.ModuleList(blocks(w, backbone) for w in widths)
        self.between = nn.ModuleList(_started(nn.Conv2d(a, b, 1, bias=False), 1) for a, b in pairwise(widths))
        if backbone == "plain":
            self.to_picture: nn.Module = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1)
        else:
            self.to_picture = _started(nn.Conv2d(widths[-1], channels, 1), 1)

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        x = self.basis * self.scale(style)[:, :, None, None]
        x = x.contiguous(memory_format=torch.channels_last)
        for index, stage in enumerate(self.stages):
            if index:
                x = self.between[index - 1](x)
                x = interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = stage(x)
        return self.to_picture(x)  # type: ignore[no-any-return]


class Discriminator(nn.Module):
    """The generator's mirror; the label enters by projection."""

    def __init__(
        self, *, resolution: int, channels: int, labels: int, width: int, backbone: Backbone = "plain"
    ) -> None:
        super().__init__()
        widths = _widths(resolution, width, backbone)[::-1]
        if backbone == "plain":
            self.from_picture = _started(nn.Conv2d(channels, widths[0], 4, stride=2, padding=1), 1)
        else:
            self.from_picture = _started(nn.Conv2d(channels, widths[0], 1), 1)
        self.stages = nn.ModuleList(blocks(w, backbone) for w in widths)
        self.between = nn.ModuleList(_started(nn.Conv2d(a, b, 1, bias=False), 1) for a, b in pairwise(widths))
        last = widths[-1]
        self.basis = _started(nn.Conv2d(last, last, 4, groups=last, bias=False), 1)
        self.score = _started(nn.Linear(last, 1 if labels == 0 else labels), 1)

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        x = self.from_picture(picture)
        for index, stage in enumerate(self.stages):
            if index:
                x = interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=False)
                x = self.between[index - 1](x)
            x = stage(x)
        scores: Tensor = self.score(self.basis(x).float().flatten(1)).float()
        if label is None or scores.shape[1] == 1:
            return scores[:, 0]
        return scores.gather(1, label[:, None]).squeeze(
            1
        )  # (B, L) -> (B,): one row of weights for each label


def _started(layer: nn.Conv2d | nn.Linear, gain: float) -> nn.Module:
    """Return the layer with weights that multiply the features' deviation by `gain`, and no bias."""
    nn.init.normal_(layer.weight, std=gain / math.sqrt(layer.weight[0].numel()))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _widths(resolution: int, width: int, backbone: Backbone) -> list[int]:
    sizes = sizes_below(resolution) if backbone == "plain" else [*sizes_below(resolution), resolution]
    widths = [channels_at(size, resolution=resolution, width=width) for size in sizes]
    return widths if backbone == "plain" else [max(w // GROUP, 1) * GROUP for w in widths]
