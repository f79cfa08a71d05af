"""The two networks of `image-vq` as one, as a checkpoint holds them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.builtin.image_vq.autoencoder import GRID, Autoencoder
from generators.builtin.image_vq.prior import CodePrior


class VectorQuantised(nn.Module):
    """An autoencoder with a vocabulary, and the prior over its codes."""

    def __init__(
        self,
        *,
        resolution: int,
        channels: int,
        labels: int,
        width: int,
        codebook_size: int,
        code_dim: int,
        prior_width: int,
        prior_layers: int,
    ) -> None:
        super().__init__()
        self.channels = channels
        self.labels = labels
        self.autoencoder = Autoencoder(
            resolution=resolution,
            channels=channels,
            width=width,
            codebook_size=codebook_size,
            code_dim=code_dim,
        )
        self.prior = CodePrior(
            codebook_size=codebook_size,
            length=GRID * GRID,
            labels=labels,
            width=prior_width,
            layers=prior_layers,
        )

    def draw(
        self, count: int, label: Tensor | None, random: torch.Generator, *, temperature: float = 1.0
    ) -> Tensor:
        """Return pictures in [-1, 1], shape (count, C, H, W), of labels (count,) where the network knows labels."""
        given = label if self.labels else None
        codes = self.prior.draw(count, given, random, temperature=temperature)
        return self.autoencoder.decode(codes.to(self.prior.place.device))

    def reconstruct(self, picture: Tensor, label: Tensor | None = None) -> Tensor:
        """Return what pictures (B, C, H, W) are after they were turned into codes and back; a label changes nothing."""
        return self.autoencoder.decode(self.autoencoder.codes(picture))
