"""Sampling from `text-lstm`."""

from __future__ import annotations

from collections.abc import Iterator

from generators.builtin.text_lstm.model import Lstm
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample
from generators.texts.language import sample_language
from generators.texts.params import TextSampleParams


def sample(checkpoint: Checkpoint, params: TextSampleParams, run: Run) -> Iterator[Sample]:
    """Yield texts, streamed while they are written; number i depends on `seed + i` only."""
    yield from sample_language(checkpoint, Lstm, params, run)
