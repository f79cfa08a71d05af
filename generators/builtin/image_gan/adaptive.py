"""How strongly pictures are changed before the discriminator: as much as it needs to not learn them by heart.

Source: Karras et al., Training Generative Adversarial Networks with Limited Data, 2020, section 3,
https://arxiv.org/abs/2006.06676 (the sign of the scores of real pictures, its target and its pace).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.builtin.image_gan.diffaugment import differentiably_augmented

FEW, ENOUGH = 500, 2_000
STRONG = 0.8
"""The least strength in the long run below FEW pictures; from ENOUGH pictures up it is 0, in between on a line.

The sign of section 3 says too late that few pictures are learned by heart: of 100, it fell to 0.3, far below its
target, while the discriminator took unseen real pictures for generated ones.
"""
ROUNDS = 50
"""Times that each picture is shown until the strength is there: before, none is known by heart, and changes slow
learning down."""
MOST = 0.8  # up to which changes hardly show in what is drawn; section 2.2
TARGET = 0.6  # of the overfitting sign; section 3
EVERY = 4  # steps from one adjustment to the next; section 3
FULL_SWING_KIMG = 500  # thousands of pictures in which the strength can go from 0 to 1; section 3


def least_strength(count: int, rounds: float) -> float:
    """Return the strength, in [0, STRONG], below which a training never is.

    Args:
        count: Training pictures.
        rounds: Times that each of them was shown.
    """
    few = min(max((ENOUGH - count) / (ENOUGH - FEW), 0), 1)
    return STRONG * few * min(rounds / ROUNDS, 1)


class AdaptiveAugmentation(nn.Module):
    """Changes pictures, and its strength by how the discriminator scores them; its state is part of a checkpoint.

    Args:
        count: Training pictures.
        enabled: Whether anything is changed at all.
    """

    strength: Tensor
    seen: Tensor

    def __init__(self, count: int, *, enabled: bool = True) -> None:
        super().__init__()
        self.enabled = enabled
        self.count = count
        self.register_buffer("strength", torch.zeros((), dtype=torch.float64))
        self.register_buffer("seen", torch.zeros(2, dtype=torch.float64))  # sum of signs, number of scores

    def forward(self, pictures: Tensor, random: torch.Generator) -> Tensor:
        """Return the pictures changed, shape (B, C, H, W); gradients pass through."""
        return differentiably_augmented(pictures, float(self.strength), random)

    @torch.no_grad()
    def adapt(self, real: Tensor, fake: Tensor, *, step: int) -> float:
        """Take note of a step's scores, adjust the strength at every EVERY steps, and return it.

        Signs are those of the scores of real pictures, seen from halfway to the generated ones: some losses know only
        differences of scores.

        Args:
            real: Scores of real pictures, shape (B,).
            fake: Scores of generated pictures, shape (B,).
            step: Number of this step.
        """
        if not self.enabled:
            return 0
        halfway = (real.mean() + fake.mean()) / 2
        signs = (real - halfway).sign()
        self.seen += torch.tensor([signs.sum().item(), len(signs)], dtype=torch.float64)
        if (step + 1) % EVERY == 0:
            total, count = self.seen.tolist()
            way = 1 if total / count > TARGET else -1
            least = least_strength(self.count, (step + 1) * len(real) / self.count)
            self.strength.add_(way * count / (FULL_SWING_KIMG * 1000)).clamp_(least, MOST)
            self.seen.zero_()
        return float(self.strength)
