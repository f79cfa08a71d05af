"""The loop of a training: batches, progress, previews, and checkpoints from which it goes on bit by bit.

A generator brings a `Learner`: its networks, their optimizers and what one step does. Duration is counted in pictures
shown. All randomness of a step comes from the seed and the step's number, so the only things to remember of it are how
many steps were done and the course that the training took.

Now and then what it draws is compared with validation pictures, after amounts of work that are counted and not timed,
and the weights that came closest are what the training returns.
"""

from __future__ import annotations

import math
import time
from typing import NoReturn

from generators.checkpoint import Checkpoint
from generators.errors import GeneratorError
from generators.run import Notice, Run, Sample
from generators.training import processes, troubles
from generators.training.batches import Batch as Batch
from generators.training.batches import batch_of, refuse_alike, weights_of
from generators.training.compiling import Compiling
from generators.training.course import Course
from generators.training.disk import DISK_ERRORS
from generators.training.ending import ended_early, no_better
from generators.training.grids import save_grid
from generators.training.keeping import Keeping
from generators.training.learner import Learner as Learner
from generators.training.measuring import Measuring
from generators.training.memory import give_back, is_out_of_memory
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures
from generators.training.quality import FEWEST, Quality
from generators.training.state import restore
from generators.training.work import counted
from generators.training.writing import Writer

PREVIEWS = 24  # in a whole training, each from the same seeds: together a film strip
SAVES = 10  # at least so many in a whole training, however short
SMALLEST_BATCH = 2


def fit(
    run: Run,
    pictures: Pictures,
    params: ImageTrainParams,
    learner: Learner,
    write: Writer,
    validation: Pictures | None = None,
    *,
    why_last: str = "",
) -> Checkpoint:
    """Train and return the checkpoint that came closest to the validation pictures; without those, the last.

    Of several processes the first one returns it; the others take part until it ends them.

    Args:
        validation: What `validation_of` returned.
        why_last: Why no checkpoints are compared, where that is not for want of validation pictures.

    Raises:
        Cancelled: If a person asked to stop.
        BadData: If all pictures are the same, or if labels are to be balanced and a picture has none.
        GeneratorError: If a loss is no longer a number, memory runs out twice or the disk is full, before there is
            anything to keep.
    """
    refuse_alike(pictures)
    training = _Training(run, pictures, params, learner, write, validation, why_last)
    try:
        return training.run() if processes.is_first() else training.follow()
    finally:
        processes.leave()


class _Training:
    def __init__(
        self,
        run: Run,
        pictures: Pictures,
        params: ImageTrainParams,
        learner: Learner,
        write: Writer,
        validation: Pictures | None,
        why_last: str,
    ) -> None:
        self._no_choice = why_last
        self._run, self._pictures, self._params, self._learner = run, pictures, params, learner
        self._weights = weights_of(pictures, params)
        self._course = course = Course(params.batch_size)
        if run.resume_from:
            steps = restore(run.resume_from, learner.networks, learner.optimizers)
            self._course = course = Course.resumed(run.resume_from, steps=steps, batch_size=params.batch_size)
        self._steps = math.ceil(params.kimg * 1000 / params.batch_size)
        self._total = self._steps * params.batch_size
        self._keeping = Keeping(run, learner, course, write)
        self._measuring: Measuring | None = None
        if validation:
            quality = Quality(validation, pictures, seed=params.seed, device=run.device)
            self._measuring = Measuring(
                run, learner, course, quality, total=self._total, least=params.measures
            )
        self._compiling = Compiling(learner.networks, run.device if processes.size() == 1 else "cpu")

    def run(self) -> Checkpoint:
        """Train to the end, to where it gets no better, or to where a person or trouble ends it."""
        begun, course = time.monotonic(), self._course
        while course.shown < self._total and not self._is_to_end():
            losses = self._step()
            is_last = course.shown >= self._total or self._run.finishing
            shows = is_last or self._is_due(math.ceil(self._steps / PREVIEWS))
            saves = not is_last and self._is_due(self._save_every)
            if broken := self._broken(losses, looks_closely=shows or saves):
                return self._keeping.after(troubles.diverged(broken, course.shown))
            course.note_losses(losses, self._run)
            if shows:
                self._preview()
            if self._measuring and not self._measuring.measure_if_due(is_last=is_last):
                return self._keeping.after(troubles.diverged("what it draws", course.shown))
            if saves:
                self._keeping.save()
            self._run.report(min(course.shown, self._total), self._total, "", **losses)
        if self._measuring and self._measuring.seconds:
            share = self._measuring.seconds / (time.monotonic() - begun)
            self._run.log(f"Measuring on validation pictures took {share:.1%} of the time.")
        return self._keeping.result(self._why_last())

    def _broken(self, losses: dict[str, float], *, looks_closely: bool) -> str | None:
        """Return what is no longer a number: a loss, or a weight of what is to be shown or saved."""
        broken = next((name for name, value in losses.items() if not math.isfinite(value)), None)
        if broken or not looks_closely:
            return broken
        weights = self._learner.average.parameters()
        return None if all(bool(weight.isfinite().all()) for weight in weights) else "a weight"

    def follow(self) -> NoReturn:
        """Do what the first process says, step by step, until it ends this one."""
        while True:
            self._together()

    @property
    def _save_every(self) -> int:
        wanted = math.ceil(self._params.save_every_kimg * 1000 / self._params.batch_size)
        return min(wanted, math.ceil(self._steps / SAVES))

    def _is_due(self, steps: int) -> bool:
        """Return whether the last step has reached a multiple of so many steps of the batch size that was asked for."""
        every = steps * self._params.batch_size
        return self._course.shown // every > (self._course.shown - self._course.batch_size) // every

    def _is_to_end(self) -> bool:
        """Return whether to end before the time is over, and say why."""
        course, patience = self._course, self._params.patience_kimg * 1000
        if not course.shown:
            return False
        if self._run.finishing:
            reason: Notice | None = ended_early(course, self._total)
        else:
            reason = no_better(course, self._total, patience)
        course.tell(self._run, reason)
        return reason is not None

    def _why_last(self) -> str:
        if self._no_choice:
            return self._no_choice
        if self._measuring is None:
            return f"there are fewer than {FEWEST} validation pictures to compare checkpoints by"
        return "the training was too short to compare it with an earlier one"

    def _step(self) -> dict[str, float]:
        """Do a step; where memory runs out for the first time, go on with half the batch."""
        course = self._course
        losses = self._together()
        while isinstance(losses, Exception):
            self._halve(losses)
            losses = self._together()
        course.shown += course.batch_size
        course.steps += 1
        return losses

    def _together(self) -> dict[str, float] | Exception:
        """Return the losses of the step that the first process is at, or that there was no memory for it."""
        course, device = self._course, self._run.device
        course.batch_size, course.shown = processes.told([course.batch_size, course.shown], device)
        try:
            if course.work is None and processes.is_first():
                losses = self._first_step()
            else:
                losses = self._compiling.step(self._one_step)
            losses = processes.average_losses(losses, device)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            processes.give_up_step(error)
            for optimizer in self._learner.optimizers.values():
                optimizer.zero_grad(set_to_none=True)
            give_back(device)
            processes.take_over(self._learner.networks, self._learner.optimizers)
            return error
        self._learner.losses = self._learner.losses | losses
        return losses

    def _one_step(self) -> dict[str, float]:
        batch = batch_of(
            self._pictures,
            self._weights,
            self._params,
            shown=self._course.shown,
            size=self._course.batch_size,
            device=self._run.device,
        )
        return self._learner.step(batch)

    def _first_step(self) -> dict[str, float]:
        """Count the work of a step, from which it follows how often to measure."""
        with counted(self._learner.networks.values()) as work:
            losses = self._one_step()
        self._course.work = 0.0
        if self._measuring:
            self._measuring.begin(work.multiplications * processes.size())
        return losses

    def _halve(self, error: Exception) -> None:
        course = self._course
        number = processes.size()
        before, half = course.batch_size, max(course.batch_size // 2 // number, SMALLEST_BATCH) * number
        if before < self._params.batch_size or half == before:
            raise GeneratorError(
                f"There is not enough memory for batches of {before} pictures at {self._params.resolution} px. "
                f"Train with a batch_size of {half}, a smaller width or a lower resolution."
            ) from error
        course.batch_size = half
        notice = Notice(
            "batch_halved",
            f"There was not enough memory for batches of {before} pictures; it goes on with {half}.",
            f"Set batch_size to {half} next time.",
            values={"before": before, "after": half},
        )
        course.tell(self._run, notice)

    def _preview(self) -> None:
        course = self._course
        pictures, columns = self._learner.preview()
        path = self._run.scratch / f"preview-{course.steps:07}.png"
        try:
            save_grid(pictures.float().cpu(), path, columns=columns)
        except DISK_ERRORS as error:
            path.unlink(missing_ok=True)
            self._keeping.tell_disk("A preview", error)
            return
        name, meta = f"After {course.shown:,} pictures", {"shown": course.shown, "columns": columns}
        self._run.preview(Sample("image/png", path=path, name=name, meta=meta))
