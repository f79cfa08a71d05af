"""Training of `image-vae`."""

from __future__ import annotations

import dataclasses

from generators.builtin.image_vae.learner import Autoencoding
from generators.builtin.image_vae.recipes import RECIPES
from generators.builtin.image_vae.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData
from generators.run import Run
from generators.training.beginning import training_pictures
from generators.training.loop import fit
from generators.training.quality import validation_of
from generators.training.writing import checkpoint_writer


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the averaged network after `params.kimg` thousand pictures, with its prior.

    Raises:
        BadData: If the recipe needs labels and a picture has none.
    """
    pictures = training_pictures(SPEC, data, params, run)
    recipe = RECIPES[params.recipe]
    if recipe.labels == "needed" and pictures.labels is None:
        raise BadData(
            f"recipe={params.recipe} needs a label on every training picture; some have none. "
            "Label them, or choose recipe=sigma."
        )
    known = pictures if recipe.labels != "ignored" else dataclasses.replace(pictures, labels=None, names=())
    config = {
        "resolution": params.resolution,
        "channels": pictures.channels,
        "labels": len(known.names),
        "latent_dim": params.latent_dim,
        "width": params.width,
        "components": params.components if recipe.prior == "mixture" else 1,
    }
    learner = Autoencoding(config, params, known, run.device)
    write = checkpoint_writer(
        SPEC, learner, params=params, config=config, pictures=known, data=data, finish=learner.finish
    )
    validation = validation_of(data, pictures, generator=SPEC.name)
    return fit(
        run, pictures, params, learner, write, validation
    )  # which shows the labels that `balance` is about
