"""Path length regularisation: a step in style changes the picture by as much wherever it is taken.

Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, section 3.2,
https://arxiv.org/abs/1912.04958.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from generators.training import processes
from generators.training.processes import drawn_alike

DECAY = 0.01  # share of the newest batch in the running mean


class PathLength(nn.Module):
    """Remembers the mean path length, to which each path is drawn."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, pictures: Tensor, style: Tensor, random: torch.Generator) -> Tensor:
        """Return the mean squared difference of path lengths from their running mean, a scalar.

        Args:
            pictures: Made from the style, shape (B, C, H, W).
            style: Shape (B, S), requiring a gradient.
            random: Where the directions in the space of pictures come from, on the CPU.
        """
        directions = drawn_alike(torch.randn, *pictures.shape, random=random).to(pictures.device)
        directions = directions / math.sqrt(pictures.shape[2] * pictures.shape[3])
        (gradient,) = torch.autograd.grad((pictures * directions).sum(), style, create_graph=True)
        lengths = (gradient.square().sum(1) + 1e-12).sqrt()
        with torch.no_grad():
            self.mean.lerp_(processes.mean(lengths.mean().detach()), DECAY)
        return (lengths - self.mean).square().mean()
