"""Evaluation: how well the chain foresees texts that it has not read."""

from brandkiln_slogans.chain import Chain
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadData
from generators.params import EvaluateParams
from generators.run import Run


def evaluate(
    checkpoint: Checkpoint, data: TrainingData, params: EvaluateParams, run: Run
) -> dict[str, float]:
    """Return the perplexity of the held-out texts: the number of words that the chain wavers between."""
    chain, bits, words = Chain.of(checkpoint), 0.0, 0
    records = data.records(params.split)
    if not records:
        raise BadData(
            f"Dataset {data.name!r} has no {params.split} records to measure on. Choose another split."
        )
    for done, record in enumerate(records, start=1):
        more_bits, more_words = chain.surprise(record.text or "")
        bits, words = bits + more_bits, words + more_words
        run.report(done, len(records), "Measuring")
    return {"perplexity": 2 ** (bits / words), "words": words}
