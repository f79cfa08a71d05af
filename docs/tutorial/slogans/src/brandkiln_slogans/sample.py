"""Sampling: write slogans, each with a seed of its own."""

import random
from collections.abc import Iterator

from brandkiln_slogans.chain import Chain
from brandkiln_slogans.spec import SampleParams
from generators.checkpoint import Checkpoint
from generators.run import Run, Sample

_chains: dict[str, Chain] = {}


def sample(checkpoint: Checkpoint, params: SampleParams, run: Run) -> Iterator[Sample]:
    """Return `count` slogans; each is streamed as it is written."""
    chain = _warm_chain(checkpoint)
    for index in range(params.count):
        seed = (run.seed + index) % 2**32
        words = chain.write(params.start.split(), params.longest, params.temperature, random.Random(seed))  # noqa: S311
        text = " ".join(words)
        run.stream(text, index=index)
        run.report(index + 1, params.count, "Writing")
        yield Sample(media_type="text/plain", text=text, seed=seed, name=f"Slogan {index + 1}")


def _warm_chain(checkpoint: Checkpoint) -> Chain:
    """Return the chain of a checkpoint. The process stays alive between jobs, so the last one is kept."""
    if checkpoint.sha256 not in _chains:
        _chains.clear()
        _chains[checkpoint.sha256] = Chain.of(checkpoint)
    return _chains[checkpoint.sha256]
