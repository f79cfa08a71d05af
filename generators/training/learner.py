"""What a generator brings to the loop of a training."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from generators.training.batches import Batch
from generators.training.keeping import Keepable


class Learner(Keepable, Protocol):
    """What the loop trains.

    On several processes each has the whole batch and computes its rows of it (`processes`).
    """

    def step(self, batch: Batch) -> dict[str, float]:
        """Change the weights once and return the losses.

        One with a discriminator returns `discriminator_accuracy` among them, the share of pairs of a real and a drawn
        picture in which the real one scores higher, where a certain discriminator is no use to the generator.
        """

    def preview(self) -> tuple[Tensor, int]:
        """Return pictures in [-1, 1] of seeds that are always the same, and how many of them make a row."""

    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures in [-1, 1] from the averaged weights, shape (count, C, H, W), float32 on the CPU.

        Args:
            labels: Numbers of the labels to draw, shape (count,), or None for a network without labels.
            random: Where all chance comes from, on the CPU.
        """
