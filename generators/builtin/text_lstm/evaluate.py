"""Evaluating `text-lstm`."""

from __future__ import annotations

from generators.builtin.text_lstm.model import Lstm
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.run import Run
from generators.texts.measure import evaluate_language
from generators.texts.params import TextEvaluateParams


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: TextEvaluateParams, run: Run
) -> dict[str, float]:
    """Return how well it predicts held-out texts, and how what it writes compares with them."""
    return evaluate_language(checkpoint, Lstm, data, params, run)
