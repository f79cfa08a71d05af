"""Training of `image-vq`."""

from __future__ import annotations

from generators.builtin.image_vq.learner import Quantising
from generators.builtin.image_vq.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.loop import fit
from generators.training.pictures import load_pictures
from generators.training.quality import validation_of
from generators.training.state import check_same_training
from generators.training.writing import checkpoint_writer


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged autoencoder and prior after `params.kimg` thousand pictures in all."""
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    pictures = load_pictures(
        data,
        "train",
        resolution=params.resolution,
        generator=SPEC.name,
        at_least=SPEC.needs.minimum_records,
        on_progress=lambda done, total: run.report(0, 1, f"Reading pictures: {done:,} of {total:,}"),
    )
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
