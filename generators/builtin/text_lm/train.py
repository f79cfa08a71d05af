"""Training of `text-lm`: adapters beside the language model's layers learn a house's texts."""

from generators import checkpoint as checkpoints
from generators.builtin.text_lm.language_model import load_to_train, model_folder
from generators.builtin.text_lm.lessons import house_words
from generators.builtin.text_lm.spec import SPEC, TrainParams
from generators.builtin.text_lm.tuner import Tuner
from generators.builtin.text_lm.tuning import base_of, check_base
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.training.state import check_same_training

SAVES = 10
"""Checkpoints to resume from in a whole training."""


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the adapters that predicted the held-out texts best in `params.ktokens` thousand tokens of training.

    Raises:
        DatasetTooSmall: If too few of the records hold a text.
        GeneratorError: If the loss is no longer a number.
    """
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    run.report(0, 1, "Loading the language model")
    folder = model_folder()
    if run.resume_from:
        check_base(run.resume_from.config, folder)
    tuner = Tuner(load_to_train(folder, run.device), data, params, run)
    config = {
        **base_of(folder),
        "scale": params.lora_alpha / params.lora_rank,
        "learn": params.learn,
        "house_words": house_words(data),
    }

    def write(name: str, *, resumable: bool) -> Checkpoint:
        state = tuner.state() if resumable else None
        return checkpoints.write(
            run.scratch / name,
            generator=SPEC.name,
            generator_version=SPEC.version,
            params=params.model_dump(),
            config=config,
            labels=(),
            tensors=tuner.result,
            metrics=tuner.metrics(),
            data_sha256=data.sha256,
            seed=params.seed,
            state=state and state.tensors,
            state_json=state and state.document,
        )

    if run.resume_from:
        tuner.restore(run.resume_from)
    else:
        tuner.validate()
    while not tuner.is_done:
        saves = tuner.share(SAVES)
        tuner.step()
        if tuner.share(SAVES) > saves and not tuner.is_done:
            run.save(write(f"checkpoint-{tuner.share(SAVES) % 2}", resumable=True))  # one is always whole
    return write("checkpoint", resumable=False)
