"""How good a training is by its validation pictures, while it runs.

The pictures drawn come from the same seeds each time, so that what differs between two measurements is the network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from generators.data import TrainingData
from generators.metrics.features import extract
from generators.training import processes
from generators.training.measure import kid_of
from generators.training.pictures import Pictures, load_pictures
from generators.training.precision import autocast
from generators.training.randomness import generator_for

PICTURES = 256
"""Validation pictures that are compared with as many drawn ones, at most."""
FEWEST = 32
"""With fewer validation pictures, chance says more than the network."""
MOST_REMEMBERED = 2_000
"""Training pictures above which no network of this size learns single ones by heart."""
REFERENCES = 500
"""Training pictures that drawn ones are compared with, at most."""
CHUNK = 32

Tell = Callable[[int, int], None]


class Drawing(Protocol):
    """What can be measured."""

    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures in [-1, 1], shape (count, C, H, W), on the CPU."""


class Figures(NamedTuple):
    """What was measured at one point of a training.

    Attributes:
        kid: Squared kernel distance to the validation pictures; smaller is better.
        diversity: Median distance of a drawn picture to the nearest other drawn one, relative to that of validation
            pictures: 1 where they differ alike, 0 where all are the same.
        copying: The same of the distance from drawn to training pictures, relative to that from validation to
            training pictures, or from drawn to validation pictures where that is larger; 0 where each drawn one is a
            copy. None where it was not measured.
    """

    kid: float
    diversity: float
    copying: float | None


class Quality:
    """Compares what a training draws with pictures that it never sees.

    Args:
        validation: Some of the held-out pictures.
        training: What it learns from.
        seed: Of the training.
    """

    def __init__(self, validation: Pictures, training: Pictures, *, seed: int, device: str) -> None:
        self.count = len(validation)
        self.remembers = len(training) <= MOST_REMEMBERED
        self._validation = validation
        self._training = training
        self._seed = seed
        self._device = device
        self._tell: Tell = lambda done, total: None

    def measure(self, learner: Drawing, *, with_copies: bool, tell: Tell) -> Figures:
        """Return the figures of the learner as it is now.

        Args:
            with_copies: Whether training pictures are compared too.
            tell: Called with how far it is; what it raises passes through.
        """
        self._tell = tell
        drawn = learner.draw(self._labels, self.count, generator_for(self._seed, "quality"))
        features = self._features(drawn)
        copying = self._copying(features) if with_copies and self.remembers else None
        diversity = _apart(features) / max(_apart(self._real), 1e-12)
        return Figures(kid_of(self._real, features), diversity, copying)

    def extracted(self, number: int) -> int:
        """Return of how many pictures a measurement, counted from 0, takes the features: most of its work.

        The first also takes those of the validation pictures, and the second those of training pictures.
        """
        references = min(len(self._training), REFERENCES) if self.remembers else 0
        return self.count + (self.count if number == 0 else references if number == 1 else 0)

    @cached_property
    def _real(self) -> Tensor:
        return self._features(torch.cat([batch for batch, _ in self._validation.chunks(CHUNK)]))

    @cached_property
    def _known(self) -> Tensor:
        """Features of training pictures."""
        some = self._training.at_most(REFERENCES, generator_for(self._seed, "references"))
        return self._features(torch.cat([batch for batch, _ in some.chunks(CHUNK)]))

    @property
    def _labels(self) -> Tensor | None:
        """The labels to draw: those of the validation pictures, or as often as in training."""
        if not self._training.names:
            return None
        if self._validation.labels is not None:
            return self._validation.labels
        assert self._training.labels is not None
        random = generator_for(self._seed, "quality labels")
        return self._training.labels[torch.randint(len(self._training), (self.count,), generator=random)]

    def _copying(self, drawn: Tensor) -> float:
        to_training = _nearest(drawn, self._known)
        held_out = max(_nearest(self._real, self._known), _nearest(drawn, self._real), 1e-12)
        return to_training / held_out

    def _features(self, pictures: Tensor) -> Tensor:
        parts = []
        for first in range(0, len(pictures), CHUNK):
            self._tell(first, len(pictures))
            with autocast(self._device):
                parts.append(extract(pictures[first : first + CHUNK], device=self._device).cpu())
        return torch.cat(parts)


def validation_of(data: TrainingData, training: Pictures, *, generator: str) -> Pictures | None:
    """Return up to PICTURES pictures of the validation split, or None where there are too few to tell anything."""
    if not processes.is_first() or len(data.records("validation")) < FEWEST:
        return None
    pictures = load_pictures(
        data,
        "validation",
        resolution=training.images.shape[-1],
        generator=generator,
        labels=training.names or None,
    )
    return pictures.at_most(PICTURES, generator_for(0, "validation"))


def _apart(features: Tensor) -> float:
    """Return the median distance from one to the nearest other; features (N, F)."""
    distances = torch.cdist(features, features).fill_diagonal_(torch.inf)
    return float(distances.min(1).values.median())


def _nearest(features: Tensor, others: Tensor) -> float:
    """Return the median distance to the nearest of the others, of features (N, F) and (M, F)."""
    return float(torch.cdist(features, others).min(1).values.median())
