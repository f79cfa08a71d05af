"""Evaluation: the squared distance between the weights and the held-out records."""

import struct

from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadCheckpoint
from generators.params import EvaluateParams
from generators.run import Run
from tests.dummy_generator.train import WIDTH, record_numbers


def evaluate(
    checkpoint: Checkpoint | None, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return the mean squared error over one split, and how many records it was taken of."""
    if checkpoint is None:
        raise BadCheckpoint("The dummy evaluates checkpoints only. Choose one.")
    weights = struct.unpack(f"<{WIDTH}d", checkpoint.raw_tensors()["weights"].data)
    errors = []
    records = data.records(params.split)
    for index, record in enumerate(records):
        run.report(index + 1, len(records), "Comparing")
        errors.append(sum((t - w) ** 2 for w, t in zip(weights, record_numbers(record), strict=True)) / WIDTH)
    return {"mean_squared_error": sum(errors) / max(len(errors), 1), "records": len(errors)}
