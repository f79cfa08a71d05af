"""The loop of a training: batches, progress, previews, and checkpoints from which it goes on bit by bit.

A generator brings a `Learner`: its networks, their optimizers and what one step does. Duration is counted in pictures
shown. All randomness of a step comes from the seed and the step's number, so the only thing to remember of it is how
many steps were done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from generators.checkpoint import Checkpoint
from generators.errors import BadData, GeneratorError
from generators.run import Run, Sample
from generators.training.augment import augment
from generators.training.grids import save_grid
from generators.training.params import ImageTrainParams
from generators.training.pictures import Pictures, to_floats
from generators.training.randomness import balance_weights, balanced_indices, batch_indices, generator_for
from generators.training.state import restore, take_state
from generators.training.writing import Writer

PREVIEWS = 24  # in a whole training, each from the same seeds: together a film strip
SAVES = 10  # at least so many in a whole training, however short


class Batch(NamedTuple):
    """What one step sees.

    Attributes:
        pictures: In [-1, 1], shape (B, C, H, W), channels last.
        labels: Numbers of the labels, shape (B,), or None.
        shown: Pictures shown before this step.
        random: Where the step draws its noise from, on the CPU so that all devices draw the same.
    """

    pictures: Tensor
    labels: Tensor | None
    shown: int
    random: torch.Generator


class Learner(Protocol):
    """What the loop trains."""

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """All that a resumed training needs, averages included."""

    @property
    def optimizers(self) -> Mapping[str, Optimizer]:
        """What changes them, by the same names or others."""

    def step(self, batch: Batch) -> dict[str, float]:
        """Change the weights once and return the losses."""

    def preview(self) -> tuple[Tensor, int]:
        """Return pictures in [-1, 1] of seeds that are always the same, and how many of them make a row."""

    def draw(self, labels: Tensor | None, count: int, random: torch.Generator) -> Tensor:
        """Return pictures in [-1, 1] from the averaged weights, shape (count, C, H, W), float32 on the CPU.

        Args:
            labels: Numbers of the labels to draw, shape (count,), or None for a network without labels.
            random: Where all chance comes from, on the CPU.
        """


def fit(
    run: Run, pictures: Pictures, params: ImageTrainParams, learner: Learner, write: Writer
) -> Checkpoint:
    """Train to the end and return the last checkpoint.

    Raises:
        Cancelled: If a person asked to stop.
        BadData: If labels are to be balanced and a picture has none.
        GeneratorError: If a loss is no longer a number.
    """
    size = params.batch_size
    steps = math.ceil(params.kimg * 1000 / size)
    save_every = min(math.ceil(params.save_every_kimg * 1000 / size), math.ceil(steps / SAVES))
    preview_every = math.ceil(steps / PREVIEWS)
    start = restore(run.resume_from, learner.networks, learner.optimizers) if run.resume_from else 0
    weights = _weights(pictures, params)
    for step in range(start, steps):
        losses = learner.step(_batch(step, pictures, weights, params, run.device))
        done = step + 1
        _check(losses, shown=done * size)
        if done % preview_every == 0 or done == steps:
            run.preview(_grid(learner, run.scratch, done, shown=done * size))
        if done % save_every == 0 and done < steps:
            folder = run.scratch / f"checkpoint-{done // save_every % 2}"  # two in turn: one is always whole
            run.save(write(folder, take_state(done, learner.networks, learner.optimizers)))
        run.report(done * size, steps * size, "", **losses)
    return write(run.scratch / "checkpoint", None)


def _weights(pictures: Pictures, params: ImageTrainParams) -> Tensor | None:
    """Return how often each picture is shown, or None where all are shown alike."""
    if params.balance == "as_is":
        return None
    if pictures.labels is None:
        raise BadData(
            f"balance={params.balance} needs a label on every training picture; some have none. "
            "Label them, or choose balance=as_is."
        )
    return balance_weights(pictures.labels, params.balance)


def _batch(
    step: int, pictures: Pictures, weights: Tensor | None, params: ImageTrainParams, device: str
) -> Batch:
    size, seed = params.batch_size, params.seed
    if weights is None:
        chosen = batch_indices(step, count=len(pictures), batch_size=size, seed=seed)
    else:
        chosen = balanced_indices(step, weights=weights, batch_size=size, seed=seed)
    random = generator_for(seed, "step", step)
    images = augment(to_floats(pictures.images[chosen]), params, random)
    images = images.to(device).contiguous(memory_format=torch.channels_last)
    labels = None if pictures.labels is None else pictures.labels[chosen].to(device)
    return Batch(images, labels, step * params.batch_size, random)


def _check(losses: Mapping[str, float], *, shown: int) -> None:
    broken = [name for name, value in losses.items() if not math.isfinite(value)]
    if broken:
        raise GeneratorError(
            f"The training diverged: {broken[0]} was no longer a number after {shown:,} pictures. "
            "Train again with half the learning_rate; the checkpoints saved so far are kept."
        )


def _grid(learner: Learner, scratch: Path, done: int, *, shown: int) -> Sample:
    pictures, columns = learner.preview()
    path = scratch / f"preview-{done:07}.png"
    save_grid(pictures.float().cpu(), path, columns=columns)
    return Sample(
        "image/png", path=path, name=f"After {shown:,} pictures", meta={"shown": shown, "columns": columns}
    )
