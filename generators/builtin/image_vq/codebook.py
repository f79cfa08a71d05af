"""The vocabulary: vectors that follow the encodings nearest to them.

Source: van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017, with the moving averages
of its appendix A.1. https://arxiv.org/abs/1711.00937. Codes that nobody uses start anew at an encoding of the batch:
Dhariwal et al., Jukebox, 2020, section 3.2. https://arxiv.org/abs/2005.00341
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

DECAY = 0.99  # of the averages, for each step
DEAD = 0.05  # a code used this share as often as all codes are on average starts anew


class Codebook(nn.Module):
    """K vectors of D numbers, with how often and around what each was chosen lately."""

    vectors: Tensor  # (K, D)
    counts: Tensor  # (K,)
    sums: Tensor  # (K, D)

    def __init__(self, size: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("vectors", torch.randn(size, dim))
        self.register_buffer("counts", torch.zeros(size))
        self.register_buffer("sums", torch.zeros(size, dim))

    def nearest(self, points: Tensor) -> Tensor:
        """Return the numbers (N,) of the vectors that points (N, D) are nearest to."""
        products = points @ self.vectors.T
        return (self.vectors.square().sum(1) - 2 * products).argmin(1)

    @torch.no_grad()
    def learn(self, points: Tensor, codes: Tensor, random: torch.Generator) -> float:
        """Move the vectors to the means of the points (N, D) that chose them, and start the dead ones anew.

        Args:
            codes: What the points chose, shape (N,).
            random: Chooses the points that dead codes start from, on the CPU.

        Returns:
            The perplexity of the choices: how many codes are in use, if all that are were used alike.
        """
        first = not bool(self.counts.any())
        chosen = codes.bincount(minlength=len(self.counts)).to(points.dtype)
        self.counts.lerp_(chosen, 1 - DECAY)
        self.sums.lerp_(torch.zeros_like(self.sums).index_add_(0, codes, points), 1 - DECAY)
        usual = self.counts.sum() / len(self.counts)
        dead = (self.counts < DEAD * usual) | first
        picked = torch.randint(len(points), (len(dead),), generator=random).to(points.device)
        self.counts[dead] = usual
        self.sums[dead] = usual * points[picked[dead]]
        self.vectors.copy_(self.sums / self.counts[:, None].clamp(min=1e-6))
        share = chosen / chosen.sum()
        return float((-(share * share.clamp(min=1e-12).log()).sum()).exp())
