"""Which weights a training keeps, and what becomes of them on a disk that is full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from torch import nn
from torch.optim import Optimizer

from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.metrics.features import EXTRACTOR
from generators.run import Notice, Run
from generators.training.course import Course
from generators.training.disk import DISK_ERRORS, not_written, result_lost
from generators.training.state import State, take_state
from generators.training.writing import Averaged, Writer


class Keepable(Averaged, Protocol):
    """A learner as it is kept."""

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """All that a resumed training needs, averages included."""

    @property
    def optimizers(self) -> Mapping[str, Optimizer]:
        """What changes them, by the same names or others."""


class Keeping:
    """Saves a learner while it is trained, and writes what its training returns."""

    def __init__(self, run: Run, learner: Keepable, course: Course, write: Writer) -> None:
        self._run, self._learner, self._course, self._write = run, learner, course, write
        self._last = run.resume_from
        self._saved: Checkpoint | None = None

    def save(self) -> None:
        """Save a checkpoint to resume from, in one of two folders in turn; one is always whole."""
        folder = self._run.scratch / "checkpoint-0"
        if self._saved and self._saved.folder == folder:
            folder = self._run.scratch / "checkpoint-1"
        course = self._course
        state = take_state(course.steps, self._learner.networks, self._learner.optimizers)
        best = {f"best/{name}": tensor for name, tensor in course.best.items()}
        state = State(state.tensors | best, state.document | {"course": course.document()})
        try:
            self._saved = self._last = self._write(folder, state)
        except DISK_ERRORS as error:
            self.tell_disk("A checkpoint to resume from", error)
        else:
            self._run.save(self._saved)

    def result(self, why_last: str) -> Checkpoint:
        """Return the best checkpoint that was measured; where there was no choice, the last, saying why."""
        course = self._course
        if course.measures < 2:
            course.tell(
                self._run, Notice("kept_last", f"The last checkpoint is kept: {why_last}.", level="info")
            )
            return self._written()
        return self._best()

    def _best(self) -> Checkpoint:
        course, learner = self._course, self._learner
        assert course.best_kid is not None
        if course.best_shown < course.shown:
            learner.average.load_state_dict(course.best)
            learner.losses = dict(course.best_losses)
        learner.losses = learner.losses | {"validation_kid": course.best_kid}
        course.tell(self._run, _kept_best(course))
        return self._written()

    def after(self, trouble: Notice) -> Checkpoint:
        """Return what there is to keep after a trouble that ended the training.

        Raises:
            GeneratorError: If there is nothing.
        """
        if self._course.measures:
            self._course.tell(self._run, trouble)
            return self._best()
        if self._last is None:
            raise GeneratorError(f"{trouble.text} {trouble.remedy}")
        self._course.tell(self._run, trouble)
        self._learner.average.load_state_dict(self._last.tensors())
        self._learner.losses = dict(self._last.metrics)
        kept = "The checkpoint saved last before that is kept."
        self._course.tell(self._run, Notice("kept_saved", kept, level="info"))
        return self._written()

    def tell_disk(self, what: str, error: Exception) -> None:
        """Say that something could not be written; the training goes on."""
        self._course.tell(self._run, not_written(what, error))

    def _written(self) -> Checkpoint:
        try:
            return self._write(self._run.scratch / "checkpoint", None)
        except DISK_ERRORS as error:
            self._course.tell(self._run, result_lost(error, is_saved=self._saved is not None))
            assert self._saved is not None
            return self._saved


def _kept_best(course: Course) -> Notice:
    assert course.best_kid is not None
    return Notice(
        "kept_best",
        f"The checkpoint after {course.best_shown:,} pictures is kept: of {course.measures} measured it came closest "
        f"to the validation pictures, with a KID of {course.best_kid:.4f} ({EXTRACTOR}).",
        level="info",
        values={
            "shown": course.best_shown,
            "measures": course.measures,
            "kid": float(f"{course.best_kid:.4g}"),
            "extractor": EXTRACTOR,
        },
    )
