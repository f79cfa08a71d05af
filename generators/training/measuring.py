"""When a training is measured: after amounts of work that are counted, so that measuring stays a small part of it."""

from __future__ import annotations

import math
import time
from typing import Protocol

from torch import nn

from generators.errors import GeneratorError
from generators.run import Notice, Run
from generators.training.course import Course
from generators.training.quality import Drawing, Quality
from generators.training.work import counted

MEASURES = 24  # in a whole training, at most
MEASURING = 0.045  # share of the work of a training that measuring may take
EXTRACTION = 500e6  # multiplications of a training that take as long as the features of one picture, on a CPU
FORWARD_AND_BACK = 3  # a step computes forward, and twice as much for the slopes


class Measurable(Drawing, Protocol):
    """A learner as it is measured."""

    losses: dict[str, float]

    @property
    def average(self) -> nn.Module:
        """The network that samples come from."""


class Measuring:
    """Measures a learner when enough work has been done since the last time.

    Attributes:
        seconds: Spent on it.
    """

    def __init__(
        self, run: Run, learner: Measurable, course: Course, quality: Quality, *, total: int, least: int = 0
    ) -> None:
        self.seconds = 0.0
        self._run, self._learner, self._course, self._total = run, learner, course, total
        self._least = least
        self._quality: Quality | None = quality

    def begin(self, multiplications: float) -> None:
        """Take the work of the first step and plan the first measurement."""
        self._course.work = FORWARD_AND_BACK * multiplications / self._course.batch_size
        if self._quality:
            self._plan(self._quality.extracted(0) * EXTRACTION)

    def measure_if_due(self, *, is_last: bool) -> bool:
        """Return False where what is drawn cannot be measured because it holds no numbers."""
        course = self._course
        if self._quality is None or course.next_measure is None:
            return True
        if not getattr(
            self._learner, "drawing", True
        ):  # its autoencoder comes first, and nothing is drawn yet
            return True
        soon = course.measures > 0 and course.shown >= course.next_measure - course.every / 2
        if course.shown < course.next_measure and not (is_last and soon):
            return True
        begun = time.monotonic()
        try:
            return self._measure(self._quality)
        except GeneratorError as error:  # the packages of the extractor are missing
            self._quality = None
            course.tell(self._run, Notice("not_measured", str(error), level="info"))
            return True
        finally:
            self.seconds += time.monotonic() - begun

    def _measure(self, quality: Quality) -> bool:
        course, learner = self._course, self._learner
        number = course.measures
        done = min(course.shown, self._total)

        def tell(_done: int, _total: int) -> None:
            self._run.report(done, self._total, "Comparing with validation pictures")

        with counted([learner.average]) as drawing:
            figures = quality.measure(learner, with_copies=number > 0, tell=tell)
        if not math.isfinite(figures.kid):
            return False
        measured = {"validation_kid": figures.kid, "diversity": figures.diversity}
        if figures.copying is not None:
            measured["copying"] = figures.copying
        self._run.measured(done, **measured)
        course.note_figures(figures, learner.average.state_dict(), learner.losses, self._run)
        self._plan(quality.extracted(number + 1) * EXTRACTION + drawing.multiplications)
        return True

    def _plan(self, work: float) -> None:
        course = self._course
        affordable = work / (MEASURING * (course.work or EXTRACTION))
        course.every = max(self._total / MEASURES, affordable)
        if self._least:
            course.every = min(course.every, self._total / self._least)
        course.next_measure = course.shown + course.every
