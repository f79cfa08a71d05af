"""Training of `image-diffusion`."""

from __future__ import annotations

from generators.builtin.image_diffusion.learner import Denoising
from generators.builtin.image_diffusion.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.loop import fit
from generators.training.quality import validation_of
from generators.training.writing import checkpoint_writer

BEFORE_OPTIMIZERS = "adam"
"""What changed the weights in trainings of version 1.0.0, which could not choose it; they go on with it."""


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged network after `params.kimg` thousand pictures, those of its autoencoder included."""
    pictures = training_pictures(SPEC, data, params, run)
    if run.resume_from and "optimizer" not in run.resume_from.params:
        params = params.model_copy(update={"optimizer": BEFORE_OPTIMIZERS})
    config = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": len(pictures.names),
        "width": params.width,
        "recipe": params.recipe,
    }
    learner = Denoising(config, params, pictures, run.device)
    write = checkpoint_writer(SPEC, learner, params=params, config=config, pictures=pictures, data=data)
    validation = validation_of(data, pictures, generator=SPEC.name)
    return fit(run, pictures, params, learner, write, validation)
