"""Training of `text-gpt`."""

from __future__ import annotations

from generators.builtin.text_gpt.model import Gpt
from generators.builtin.text_gpt.spec import SPEC, TrainParams
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.texts.language import NextToken
from generators.texts.learning import train_writer


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the network that predicted held-out texts best in `params.ktokens` thousand tokens of training."""
    config = params.model_dump(include={"width", "layers", "heads", "context_length", "dropout"})
    return train_writer(SPEC, Gpt, NextToken, config, data, params, run)
