"""Training of `image-restore`."""

from __future__ import annotations

import dataclasses
from typing import Any

from torch import Tensor

from generators.builtin.image_restore.learner import Restoring
from generators.builtin.image_restore.parts import load_parts, parts_and_places
from generators.builtin.image_restore.spec import SPEC, TrainParams
from generators.builtin.image_restore.trust import shares
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.loop import fit
from generators.training.pictures import Pictures, to_floats
from generators.training.randomness import generator_for
from generators.training.reconstruct import with_channels
from generators.training.writing import checkpoint_writer

MOST_UNSEEN = 400  # parts
WHY_LAST = "restorers are measured when they are evaluated, not while they learn"


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged network after `params.kimg` thousand pictures."""
    pictures = training_pictures(SPEC, data, params, run, read=load_parts)
    unlabelled = dataclasses.replace(pictures, labels=None, names=())
    config: dict[str, Any] = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": 0,
        "width": params.width,
    }
    learner = Restoring(config, params, unlabelled, run.device)

    def weigh(is_result: bool) -> None:
        if is_result:
            config["trust"] = shares(learner.average, _unseen(data, params, pictures), device=run.device)

    write = checkpoint_writer(
        SPEC, learner, params=params, config=config, pictures=unlabelled, data=data, finish=weigh
    )
    return fit(run, pictures, params, learner, write, why_last=WHY_LAST)


def _unseen(data: TrainingData, params: TrainParams, learned: Pictures) -> Tensor:
    """Return validation pictures in [-1, 1]; where there are none, some of those that were learned from."""
    parts = learned
    if data.records("validation"):
        parts, _places = parts_and_places(
            data, "validation", resolution=params.resolution, generator=SPEC.name, most=MOST_UNSEEN
        )
    few = with_channels(parts, learned.channels).at_most(MOST_UNSEEN, generator_for(params.seed, "trust"))
    return to_floats(few.images)
