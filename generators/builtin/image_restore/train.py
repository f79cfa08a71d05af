"""Training of `image-restore`."""

from __future__ import annotations

import dataclasses

from generators.builtin.image_restore.learner import Restoring
from generators.builtin.image_restore.parts import load_parts
from generators.builtin.image_restore.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.loop import fit
from generators.training.writing import checkpoint_writer

WHY_LAST = "restorers are measured when they are evaluated, not while they learn"


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged network after `params.kimg` thousand pictures."""
    pictures = training_pictures(SPEC, data, params, run, read=load_parts)
    unlabelled = dataclasses.replace(pictures, labels=None, names=())
    config = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": 0,
        "width": params.width,
    }
    learner = Restoring(config, params, unlabelled, run.device)
    write = checkpoint_writer(SPEC, learner, params=params, config=config, pictures=unlabelled, data=data)
    return fit(run, pictures, params, learner, write, why_last=WHY_LAST)
