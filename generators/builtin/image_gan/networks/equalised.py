"""Layers with equalised learning rate, and what progressive growing brought along.

Weights start as N(0, 1) and are scaled at each use by the constant that a good start would have drawn them with, so
that Adam moves all of them at one pace. Source: Karras et al., Progressive Growing of GANs, 2018, section 4,
https://arxiv.org/abs/1710.10196.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class EqualisedLinear(nn.Module):
    """A fully connected layer; `pace` scales its learning rate against that of the others."""

    def __init__(
        self, inputs: int, outputs: int, *, gain: float = 1.0, pace: float = 1.0, bias: float = 0.0
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / pace)
        self.bias = nn.Parameter(torch.full((outputs,), bias / pace))
        self.scale, self.pace = gain * pace / math.sqrt(inputs), pace

    def forward(self, x: Tensor) -> Tensor:  # (B, F) -> (B, F')
        return linear(x, self.weight * self.scale, self.bias * self.pace)


class EqualisedConv(nn.Conv2d):
    """A convolution that keeps height and width."""

    def __init__(self, inputs: int, outputs: int, size: int, *, gain: float = 1.0) -> None:
        super().__init__(inputs, outputs, size, padding=size // 2)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)  # type: ignore[arg-type]
        self.scale = gain / math.sqrt(inputs * size**2)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C', H, W)
        scaled: Tensor = self._conv_forward(x, self.weight * self.scale, self.bias)
        return scaled


def pixel_norm(x: Tensor) -> Tensor:
    """Return features scaled to a mean square of 1 over channels, at each pixel; shape (B, C, ...)."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def with_minibatch_deviation(x: Tensor, *, group: int = 4) -> Tensor:
    """Return features with one more channel: how much they differ within groups of pictures, (B, C + 1, H, W).

    A discriminator thereby sees pictures that are all alike. A batch that `group` does not divide is one group.
    """
    count, channels, height, width = x.shape
    size = group if count % group == 0 else count
    groups = x.view(size, -1, channels, height, width)  # picture i is in group i mod (count / size)
    deviation = (groups.var(0, correction=0) + 1e-8).sqrt().mean((1, 2, 3), keepdim=True)
    return torch.cat([x, deviation.repeat(size, 1, height, width)], 1)
