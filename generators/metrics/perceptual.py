"""How different two pictures look to a network that was trained to name what is on pictures.

It is built like LPIPS, from differences of unit-length channels in several layers, but on EfficientNet-lite0 and with
all channels weighted alike instead of by people's judgements. So it is not LPIPS, and not to be compared with one.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.metrics.features import layers


def perceptual_distance(a: Tensor, b: Tensor, *, device: str = "cpu") -> Tensor:
    """Return the distance of each pair of pictures, from 0 for equal ones to 2, shape (B,).

    Args:
        a: In [-1, 1], shape (B, 1 or 3, H, W).
        b: Of the same shape.

    Raises:
        ValueError: If the shapes differ.
        GeneratorError: If the packages with network and weights are missing.

    Source: after Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, 2018, equation
    1 with all weights equal. https://arxiv.org/abs/1801.03924
    """
    if a.shape != b.shape:
        raise ValueError(f"Pictures of shapes {tuple(a.shape)} and {tuple(b.shape)} cannot be compared.")
    pairs = zip(layers(a, device=device), layers(b, device=device), strict=True)
    return torch.stack([layer_distance(x, y) for x, y in pairs]).mean(0)


def layer_distance(x: Tensor, y: Tensor) -> Tensor:
    """Return half the squared distance of unit-length channels, averaged over positions: (B, C, H, W) -> (B,).

    That is one minus the cosine of the channels, from 0 to 2; where both are zero, they are alike.
    """
    x, y = (one.double() for one in (x, y))
    x, y = (one / one.square().sum(1, keepdim=True).sqrt().clamp(min=1e-10) for one in (x, y))
    return (x - y).square().sum(1).mean((1, 2)) / 2
