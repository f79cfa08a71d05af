"""Training of `image-vq`."""

from __future__ import annotations

from generators.builtin.image_vq.learner import Quantising
from generators.builtin.image_vq.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.loop import fit
from generators.training.quality import validation_of
from generators.training.writing import checkpoint_writer


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged autoencoder and prior after `params.kimg` thousand pictures in all."""
    pictures = training_pictures(SPEC, data, params, run)
    config = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": len(pictures.names),
        "width": params.width,
        "codebook_size": params.codebook_size,
        "code_dim": params.code_dim,
        "prior_width": params.prior_width,
        "prior_layers": params.prior_layers,
    }
    learner = Quantising(config, params, pictures, run.device)
    write = checkpoint_writer(
        SPEC, learner, params=params, config=config, pictures=pictures, data=data, finish=learner.finish
    )
    validation = validation_of(data, pictures, generator=SPEC.name)
    return fit(run, pictures, params, learner, write, validation)
