"""Size, speed and quality of two checkpoints of one generator, measured alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import nn

from generators import registry
from generators.checkpoint import WEIGHTS, Checkpoint
from generators.compression.drawing import Drawing
from generators.data import TrainingData
from generators.params import Params
from generators.run import Run
from generators.spec import Spec
from generators.training.randomness import generator_for

ROUNDS = 30
PICTURES = 4
"""Pictures that each network draws in a round, one after the other."""
ALIKE = 64
"""Pictures of equal inputs whose pixels are compared."""


def milliseconds(drawing: Drawing, networks: list[nn.Module], run: Run) -> list[float]:
    """Return how long each network takes for one picture, the median over rounds in which all take turns.

    So a machine that is slow for a while is slow for all of them.
    """
    taken: list[list[float]] = [[] for _ in networks]
    with torch.inference_mode():
        inputs = drawing.inputs(networks[0], 1, generator_for(0, "speed"))
        for turn in range(ROUNDS + 1):
            for number, network in enumerate(networks):
                begun = time.perf_counter()
                for _ in range(PICTURES):
                    drawing.pictures(network, inputs).cpu()
                if turn:  # the first round warms up
                    taken[number].append((time.perf_counter() - begun) * 1000 / PICTURES)
            run.report(turn, ROUNDS, "Measuring the speed")
    return [statistics.median(times) for times in taken]


@torch.inference_mode()
def mean_difference(drawing: Drawing, first: nn.Module, second: nn.Module) -> float:
    """Return the mean absolute difference of pixels between pictures of equal inputs, in steps of 255."""
    inputs = drawing.inputs(first, ALIKE, generator_for(0, "alike"))
    a, b = (drawing.pictures(network, inputs) for network in (first, second))
    return float((a - b).abs().mean()) * 127.5


def quality(
    spec: Spec, checkpoint: Checkpoint, data: TrainingData, params: Params, run: Run
) -> dict[str, float]:
    """Return what the generator's own evaluation measures of a checkpoint on held-out records."""
    evaluate: Callable[..., dict[str, float]] = registry.load(spec, "evaluate")
    return {name: float(value) for name, value in evaluate(checkpoint, data, params, run).items()}


def size(checkpoint: Checkpoint) -> float:
    """Return the bytes of the weights."""
    return float((checkpoint.folder / WEIGHTS).stat().st_size)


class _Part:
    """Passes everything on to the whole run but what belongs to the whole's end, and scales progress."""

    def __init__(self, whole: Run, begin: float, end: float, title: str) -> None:
        self._whole, self._begin, self._end, self._title = whole, begin, end, title

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        share = self._begin + (self._end - self._begin) * done / max(total, 1)
        text = f"{self._title}: {message}" if message else self._title
        self._whole.report(round(1000 * share), 1000, text, **metrics)

    def measured(self, done: int, **metrics: float) -> None:
        """Keep nothing: what is measured in a part comes out as its result."""

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep nothing: what is saved in a part is no checkpoint of the whole."""


def part_of(whole: Run, begin: float, end: float, title: str) -> Run:
    """Return a run whose progress is a stretch of the whole's, from `begin` to `end` in [0, 1]."""
    return cast(Run, _Part(whole, begin, end, title))
