"""Making checkpoints of `image-diffusion` smaller."""

from __future__ import annotations

from generators.builtin.image_diffusion.drawing import drawing_of
from generators.builtin.image_diffusion.spec import SPEC
from generators.checkpoint import Checkpoint
from generators.compression.compress import Compressed, compress_network
from generators.compression.params import CompressParams
from generators.data import TrainingData
from generators.run import Run


def compress(checkpoint: Checkpoint, data: TrainingData, params: CompressParams, run: Run) -> Compressed:
    """Return a smaller checkpoint that draws much the same, with what both measure on held-out pictures."""
    return compress_network(SPEC, drawing_of(checkpoint, run.device), checkpoint, data, params, run)
