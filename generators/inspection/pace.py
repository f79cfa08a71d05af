"""How fast a training goes on this machine: its first steps with the very params, timed and thrown away."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import pairwise
from statistics import median
from typing import Any

from generators import registry
from generators.data import TrainingData
from generators.errors import Cancelled
from generators.execution import check_data, read_params, run_seed
from generators.inspection import Inspected
from generators.run import LocalRun, Run

WARM = 2
"""Steps that are not timed: the first ones prepare memory and kernels."""
STEPS = 40
FEWEST = 3
SECONDS = 5.0
"""Enough is timed after so many steps, after so long and the fewest of them, or after one step that took as long."""


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Time the first steps of a training.

    Args:
        params: `generator`, its name, and `train`, its train params.

    Returns:
        `seconds_per_unit` of progress, the `total` of units, and `begin_seconds` before the first of them.

    Raises:
        GeneratorError: If the generator refuses the data or the params.
    """
    spec = registry.get(str(params["generator"]))
    checked = read_params(spec, "train", params["train"])
    check_data(spec, "train", data)
    watch = _Stopwatch(run, seed=run_seed(checked, run.seed))
    with suppress(_Enough):
        registry.load(spec, "train")(data, checked, watch)
    return Inspected(watch.summary())


class _Enough(Cancelled):
    """Enough steps were timed."""


class _Stopwatch(LocalRun):
    """A run that ends as soon as it knows how long a step takes."""

    def __init__(self, run: Run, *, seed: int) -> None:
        super().__init__(run.scratch / "pace", device=run.device, seed=seed)
        self._run = run
        self._begun = time.perf_counter()
        self._points: list[tuple[int, float]] = []
        self._total = 0

    def report(self, done: int, total: int, message: str = "", **metrics: float) -> None:
        self._run.report(min(len(self._points), STEPS), STEPS, message)
        if done <= 0 or (self._points and done <= self._points[-1][0]):
            return
        self._total = total
        self._points.append((done, time.perf_counter()))
        timed = len(self._points) - WARM - 1
        if (
            timed >= STEPS
            or (timed >= FEWEST and self._points[-1][1] - self._points[WARM][1] >= SECONDS)
            or (len(self._points) > 1 and self._points[-1][1] - self._points[-2][1] >= SECONDS)
        ):
            raise _Enough

    def summary(self) -> dict[str, float]:
        """Return what was timed; where everything was over before a step could be, the time of all of it."""
        if len(self._points) > WARM + 1:
            points = self._points[WARM:]
        elif len(self._points) > 1 and self._points[-1][1] - self._points[-2][1] >= SECONDS:
            points = self._points[-2:]  # so long a step needs no warming, and people wait behind it
        else:
            points = [(0, self._begun), *self._points[-1:]]
        pairs = list(pairwise(points))
        paces = [(later - earlier) / (more - less) for (less, earlier), (more, later) in pairs]
        first = self._points[0][1] if self._points else time.perf_counter()
        return {
            "seconds_per_unit": median(paces) if paces else 0.0,
            "total": self._total,
            "begin_seconds": first - self._begun,
        }
