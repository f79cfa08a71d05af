"""Training of `text-lm`: adapters beside the language model's layers learn a house's texts, or what people prefer."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from generators.builtin.text_lm.fingerprints import Fingerprints
from generators.builtin.text_lm.language_model import LanguageModel, load_to_train, model_folder
from generators.builtin.text_lm.lessons import house_words
from generators.builtin.text_lm.preferences import PREFERENCES, Preferring
from generators.builtin.text_lm.spec import SPEC, TrainParams
from generators.builtin.text_lm.tuner import Tuner
from generators.builtin.text_lm.tuning import base_of, check_base
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.texts.loop import fit
from generators.training.state import State, check_same_training, write_trained


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the adapters that predicted the held-out texts best in `params.ktokens` thousand tokens of training.

    Raises:
        DatasetTooSmall: If too few of the records hold a text.
        BadData: If pairs are to be learnt from and there are none.
        GeneratorError: If the loss is no longer a number.
    """
    check_same_training(run.resume_from, params=params, data_sha256=data.sha256)
    run.report(0, 1, "Loading the language model")
    folder = model_folder()
    if run.resume_from:
        check_base(run.resume_from.config, folder)
    learner = _learner(load_to_train(folder, run.device), data, params, run)
    config = {
        **base_of(folder),
        "scale": params.lora_alpha / params.lora_rank,
        "learn": params.learn,
        "house_words": house_words(data),
        "fingerprints": Fingerprints.of(record.text or "" for record in data.records("train")).written(),
    }

    def write(
        place: Path, tensors: Mapping[str, Tensor], metrics: dict[str, float], state: State | None
    ) -> Checkpoint:
        return write_trained(
            place,
            SPEC,
            params=params,
            seed=params.seed,
            config=config,
            data=data,
            tensors={name: tensor.bfloat16() for name, tensor in tensors.items()},  # sampling needs no more
            metrics=metrics,
            state=state,
        )

    return fit(run, learner, write, total=learner.total, patience=params.patience)


def _learner(base: LanguageModel, data: TrainingData, params: TrainParams, run: Run) -> Tuner | Preferring:
    return Preferring(base, data, params, run) if params.learn == PREFERENCES else Tuner(base, data, params)
