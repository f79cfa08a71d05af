"""Networks that turn pictures into features. Figures are comparable only where they come from the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Seen:
    """What an extractor sees in pictures.

    Attributes:
        features: Shape (N, F).
        logits: Scores of the classes that the network knows, shape (N, K).
    """

    features: Tensor
    logits: Tensor


class Extractor(Protocol):
    """A network that was trained to name what is on pictures.

    Attributes:
        name: Stands beside every figure made with it: which network, how many features, at which size.
        distance: What the Frechet distance of its features is called: "fid" only with Inception's published weights.
        comparable: Whether figures made with it compare with those of other data and other people.
    """

    name: str
    distance: str
    comparable: bool

    def see(self, pictures: Tensor, *, device: str) -> Seen:
        """Return what it sees in pictures in [-1, 1], shape (B, 1 or 3, H, W), on the CPU."""
