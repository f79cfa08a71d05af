"""Spectral normalisation of a layer's weight.

Source: Miyato, Kataoka, Koyama and Yoshida, Spectral Normalization for Generative Adversarial Networks, 2018.
https://arxiv.org/abs/1802.05957
"""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrize

Layer = TypeVar("Layer", bound=nn.Module)


class SpectralNorm(nn.Module):
    """Divides a weight by an estimate of its largest singular value; training refines the estimate at each use."""

    left: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("left", normalize(torch.randn(weight.shape[0]), dim=0))

    def forward(self, weight: Tensor) -> Tensor:
        with torch.autocast(weight.device.type, enabled=False):  # bf16 would spoil the singular vectors
            matrix = weight.flatten(1)
            with torch.no_grad():
                right = normalize(self.left @ matrix, dim=0)
                left = normalize(matrix @ right, dim=0)
                if self.training:
                    self.left.copy_(left)
            return weight / (left @ (matrix @ right))


def spectral_normalised(layer: Layer) -> Layer:
    """Return the layer with its weight normalised at each use.

    It starts orthogonal: all of its singular values are 1, so normalising shrinks no direction.
    """
    weight = layer.weight
    assert isinstance(weight, Tensor)
    nn.init.orthogonal_(weight)
    parametrize.register_parametrization(layer, "weight", SpectralNorm(weight))
    return layer
