"""The loop of a training on texts: steps, a look at held-out texts now and then, previews, and checkpoints to resume.

A generator brings a `Learner`. Duration is counted in tokens read. All chance of a step comes from the seed and the
step's number, so a training that is killed goes on bit by bit. The weights that predicted held-out texts best are
what it returns.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from torch import Tensor

from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.run import Notice, Run, Sample
from generators.texts.course import Course, Learner
from generators.training.disk import DISK_ERRORS, not_written, result_lost
from generators.training.state import State, restore, take_state

VALIDATIONS = 8
PREVIEWS = 4
SAVES = 10
"""So often in a whole training held-out texts are read, texts are written to be shown, and checkpoints are saved."""

Write = Callable[[Path, Mapping[str, Tensor], dict[str, float], State | None], Checkpoint]
"""Writes a checkpoint to a folder: its weights, its metrics, and what resuming needs or None."""


def fit(run: Run, learner: Learner, write: Write, *, total: int, patience: int) -> Checkpoint:
    """Train on `total` tokens and return the checkpoint that predicted held-out texts best; without those, the last.

    Raises:
        Cancelled: If a person asked to stop.
        GeneratorError: If a loss is no longer a number or the disk is full before there is anything to keep.
    """
    return _Training(run, learner, write, total, patience).run()


class _Training:
    def __init__(self, run: Run, learner: Learner, write: Write, total: int, patience: int) -> None:
        self._run, self._learner, self._write = run, learner, write
        self._total, self._patience = total, patience
        self._course = Course()
        self._saved: Checkpoint | None = None
        self._told: set[str] = set()
        self._best = {name: tensor.detach().clone() for name, tensor in learner.kept.state_dict().items()}
        if run.resume_from:
            self._restore(run.resume_from)

    def run(self) -> Checkpoint:
        """Train to the end, to where it gets no better, or to where a person or trouble ends it."""
        course = self._course
        if not course.steps:
            self._measure()
        while course.tokens < self._total and not self._ends_early():
            passed = {parts: self._share(parts) for parts in (VALIDATIONS, PREVIEWS, SAVES)}
            if not self._step():
                break
            if self._share(VALIDATIONS) > passed[VALIDATIONS] and not self._measure():
                break
            if self._share(PREVIEWS) > passed[PREVIEWS]:
                self._preview()
            if self._share(SAVES) > passed[SAVES] and course.tokens < self._total:
                self._save()
        return self._result()

    def _step(self) -> bool:
        """Do a step; return whether its losses are numbers."""
        course, begun = self._course, time.perf_counter()
        read = self._learner.step(course.steps, course.tokens / self._total)
        course.steps += 1
        course.tokens += read
        if not all(map(math.isfinite, self._learner.losses.values())):
            return self._diverged("the loss")
        speed = round(read / max(time.perf_counter() - begun, 1e-9), 1)
        self._report(
            f"{course.tokens:,} of {self._total:,} tokens, {speed:,} a second", tokens_per_second=speed
        )
        return True

    def _measure(self) -> bool:
        """Read held-out texts; remember the weights where they are predicted better than ever since it learns."""
        course, learner = self._course, self._learner
        value = learner.measure()
        if value is None:
            return True
        if not math.isfinite(value):
            return self._diverged(f"the {learner.figure} of held-out texts")
        course.known[f"validation_{learner.figure}"] = value
        self._run.measured(min(course.tokens, self._total), **{f"validation_{learner.figure}": value})
        self._report()
        if not course.steps:
            course.known[f"{learner.figure}_before"] = value
            return True
        course.measures += 1
        course.stale += 1
        if course.best is None or value < course.best:
            course.best, course.best_tokens, course.stale = value, course.tokens, 0
            for name, tensor in learner.kept.state_dict().items():
                self._best[name].copy_(tensor)
        return True

    def _ends_early(self) -> bool:
        course, values = self._course, {"shown": self._course.tokens, "total": self._total}
        so_far = f"after {course.tokens:,} of {self._total:,} tokens"
        if course.steps and self._run.finishing:
            self._run.notice(
                Notice("ended_early", f"It was ended {so_far}, as asked.", level="info", values={**values})
            )
            return True
        if 0 < self._patience <= course.stale:
            said = (
                f"It ended {so_far}: held-out texts were predicted no better {course.stale} times in a row."
            )
            values["times"] = course.stale
            self._run.notice(Notice("text_early_stop", said, level="info", values={**values}))
            return True
        return False

    def _diverged(self, name: str) -> bool:
        """Say that a figure is no longer a number; what was best before is kept.

        Raises:
            GeneratorError: If there is nothing to keep.
        """
        said = f"The training diverged: {name} was no longer a number after {self._course.tokens:,} tokens."
        remedy = "Train again with half the learning_rate."
        if self._course.best is None:
            raise GeneratorError(f"{said} {remedy}")
        values: dict[str, int | float | str] = {"name": name, "shown": self._course.tokens}
        self._run.notice(Notice("text_diverged", said, remedy, values=values))
        return False

    def _preview(self) -> None:
        text = self._learner.preview(lambda: self._report("Writing a text to show"))
        if text:
            name, meta = f"After {self._course.tokens:,} tokens", {"tokens": self._course.tokens}
            self._run.preview(Sample("text/plain", text=text, name=name, meta=meta))

    def _result(self) -> Checkpoint:
        course, learner = self._course, self._learner
        losses = {name: value for name, value in learner.losses.items() if math.isfinite(value)}
        metrics = {**losses, "tokens": float(course.tokens)}
        before = f"{learner.figure}_before"
        metrics |= {before: course.known[before]} if before in course.known else {}
        if course.best is None:
            return self._written(learner.kept.state_dict(), metrics)
        metrics[f"validation_{learner.figure}"] = course.best
        if course.best_tokens < course.tokens:
            said = (
                f"The weights after {course.best_tokens:,} tokens are kept: of {course.measures} measured they "
                f"predicted held-out texts best, with a {learner.figure.replace('_', ' ')} of {course.best:.4g}."
            )
            values: dict[str, int | float | str] = {
                "shown": course.best_tokens,
                "measures": course.measures,
                "figure": learner.figure.replace("_", " "),
                "value": float(f"{course.best:.4g}"),
            }
            self._run.notice(Notice("text_kept_best", said, level="info", values=values))
        return self._written(self._best, metrics)

    def _written(self, tensors: Mapping[str, Tensor], metrics: dict[str, float]) -> Checkpoint:
        try:
            return self._write(self._run.scratch / "checkpoint", tensors, metrics, None)
        except DISK_ERRORS as error:
            self._run.notice(result_lost(error, is_saved=self._saved is not None))
            assert self._saved is not None
            return self._saved

    def _save(self) -> None:
        course, learner = self._course, self._learner
        state = take_state(course.steps, learner.networks, learner.optimizers)
        best = {f"best/{name}": tensor for name, tensor in self._best.items()}
        document = {**state.document, "course": asdict(course), "taken": learner.taken}
        folder = self._run.scratch / "checkpoint-0"
        if self._saved and self._saved.folder == folder:
            folder = self._run.scratch / "checkpoint-1"  # in turn, so that one is always whole
        metrics = {**learner.losses, "tokens": float(course.tokens)}
        state = State(state.tensors | best, document)
        try:
            self._saved = self._write(folder, learner.kept.state_dict(), metrics, state)
        except DISK_ERRORS as error:
            self._tell_once(not_written("A checkpoint to resume from", error))
        else:
            self._run.save(self._saved)

    def _tell_once(self, notice: Notice) -> None:
        if notice.code not in self._told:
            self._told.add(notice.code)
            self._run.notice(notice)

    def _restore(self, checkpoint: Checkpoint) -> None:
        learner = self._learner
        restore(checkpoint, learner.networks, learner.optimizers)
        state = checkpoint.state()
        assert state is not None  # `restore` has read it
        tensors, document = state
        self._course = Course(**document["course"])
        learner.taken = int(document["taken"])
        learner.losses = {name: value for name, value in checkpoint.metrics.items() if name != "tokens"}
        for name, tensor in self._best.items():
            tensor.copy_(tensors[f"best/{name}"])

    def _share(self, parts: int) -> int:
        """Return how many of so many equal parts of the duration have passed."""
        return min(parts, parts * self._course.tokens // self._total)

    def _report(self, message: str = "", **metrics: float) -> None:
        course, figure = self._course, f"validation_{self._learner.figure}"
        shown = {figure: course.known[figure]} if figure in course.known else {}
        done = min(course.tokens, self._total)
        self._run.report(done, self._total, message, **self._learner.losses, **shown, **metrics)


def some_held_out(
    texts: list[list[int]], *, total: int, share: float = 1 / 32, limits: tuple[int, int] = (1_000, 16_000)
) -> list[list[int]]:
    """Return the first held-out texts, as many as are worth their time each time they are read.

    Args:
        total: Tokens of the whole training.
        share: Held-out tokens as a share of it.
        limits: Fewest and most held-out tokens.
    """
    wanted = min(max(limits[0], round(share * total)), limits[1])
    chosen: list[list[int]] = []
    for text in texts:
        if sum(map(len, chosen)) >= wanted:
            break
        chosen.append(text[: limits[1]])
    return chosen
