"""What a training on texts works with: a learner, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from torch import nn
from torch.optim.optimizer import Optimizer


class Learner(Protocol):
    """What the loop trains."""

    losses: dict[str, float]
    """Those of the last step."""
    figure: str
    """What held-out texts are measured by, such as "perplexity"; less is better."""
    taken: int
    """How many examples it has taken, where it counts them; saved and put back."""

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """All that a resumed training needs."""

    @property
    def optimizers(self) -> Mapping[str, Optimizer]:
        """What changes them."""

    @property
    def kept(self) -> nn.Module:
        """The network whose weights are the result: one of the networks."""

    def step(self, number: int, progress: float) -> int:
        """Change the weights once and return how many tokens were read.

        Args:
            number: Of the step, from 0.
            progress: The share of the duration before it.
        """

    def measure(self) -> float | None:
        """Return the figure of held-out texts, or None where there are none."""

    def preview(self, on_token: Callable[[], None]) -> str:
        """Return texts, always drawn from the same random numbers, or "" where there is nothing to write."""


@dataclass(slots=True)
class Course:
    """How far a training is and what was measured.

    Attributes:
        stale: How many times in a row held-out texts were predicted no better.
        known: Figures by name.
        best_tokens: How many tokens were read when they were predicted best.
    """

    steps: int = 0
    tokens: int = 0
    stale: int = 0
    measures: int = 0
    best_tokens: int = 0
    known: dict[str, float] = field(default_factory=dict)
    best: float | None = None
