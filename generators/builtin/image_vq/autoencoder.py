"""Pictures to an 8 x 8 grid of codes and back.

Source: van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017.
https://arxiv.org/abs/1711.00937
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from generators.builtin.image_vq.codebook import Codebook

GRID = 8
"""Side of the grid of codes, whatever the resolution."""


class Residual(nn.Module):
    """Adds a correction by two 3 x 3 convolutions; it starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inner = nn.Conv2d(channels, channels, 3, padding=1)
        self.outer = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.outer.weight)

    def forward(self, x: Tensor) -> Tensor:
        correction: Tensor = self.outer(silu(self.inner(silu(x))))
        return x + correction


class Autoencoder(nn.Module):
    """Encoder, codebook and decoder; none of them is given a label."""

    def __init__(
        self, *, resolution: int, channels: int, width: int, codebook_size: int, code_dim: int
    ) -> None:
        super().__init__()
        halvings = int(math.log2(resolution // GRID))
        inner = 2 * width
        self.encoder = nn.Sequential()
        self.decoder = nn.Sequential(nn.Conv2d(code_dim, inner, 3, padding=1), Residual(inner))
        for depth in range(halvings):
            first, last = depth == 0, depth == halvings - 1
            a, b = (channels if first else width), (inner if last else width)
            self.encoder.extend([nn.Conv2d(a, b, 4, stride=2, padding=1), nn.SiLU()])
        self.encoder.extend([Residual(inner), nn.SiLU(), nn.Conv2d(inner, code_dim, 1)])
        for depth in range(halvings):
            first, last = depth == 0, depth == halvings - 1
            a, b = (inner if first else width), (channels if last else width)
            self.decoder.extend([nn.SiLU(), nn.ConvTranspose2d(a, b, 4, stride=2, padding=1)])
        self.codebook = Codebook(codebook_size, code_dim)

    def encode(self, picture: Tensor) -> Tensor:
        """Return encodings (B, D, 8, 8) of pictures (B, C, H, W), before they become codes."""
        return self.encoder(picture).float()  # type: ignore[no-any-return]

    def codes(self, picture: Tensor) -> Tensor:
        """Return the codes (B, 64) of pictures, row by row."""
        return self.codebook.nearest(self._points(self.encode(picture))).view(len(picture), GRID * GRID)

    def decode(self, codes: Tensor) -> Tensor:
        """Return pictures in [-1, 1], shape (B, C, H, W), of codes (B, 64)."""
        grid = self.codebook.vectors[codes].view(len(codes), GRID, GRID, -1).permute(0, 3, 1, 2)
        return torch.tanh(self.decoder(grid))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return reconstructions, encodings (N, D) with N = 64 B, their codes (N,) and the codes' vectors (N, D).

        The gradient of a reconstruction reaches the encoder as if the nearest vector were the encoding itself.
        """
        encoded = self.encode(picture)
        points = self._points(encoded)
        codes = self.codebook.nearest(points)
        vectors = self.codebook.vectors[codes]
        passed = points + (vectors - points).detach()
        grid = passed.view(len(picture), GRID, GRID, -1).permute(0, 3, 1, 2)
        return torch.tanh(self.decoder(grid)), points, codes, vectors

    @staticmethod
    def _points(encoded: Tensor) -> Tensor:
        return encoded.permute(0, 2, 3, 1).flatten(0, 2)  # (B, D, 8, 8) -> (64 B, D)
