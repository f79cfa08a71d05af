"""Random numbers that depend on a seed and a place only, never on what was drawn before.

A training step draws from a generator made of (seed, step), an epoch's order from (seed, epoch), a sample from
(seed + index). So there is no random state to save: a resumed run knows its step and draws what it would have drawn.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import torch
from torch import Tensor


def generator_for(seed: int, purpose: str, index: int = 0) -> torch.Generator:
    """Return a generator whose numbers depend on these three values and on nothing else."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{index}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "little", signed=True))


def batch_indices(step: int, *, count: int, batch_size: int, seed: int) -> Tensor:
    """Return the numbers of the examples of one step, shape (batch_size,).

    The examples are shuffled anew for each epoch and read as one endless row, so a batch may span two epochs and a
    data set may be smaller than a batch.
    """
    first = step * batch_size
    wanted = torch.arange(first, first + batch_size)
    epochs = range(first // count, (first + batch_size - 1) // count + 1)
    row = torch.cat([_order(epoch, count, seed) for epoch in epochs])
    return row[wanted - epochs.start * count]


@lru_cache(maxsize=4)
def _order(epoch: int, count: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=generator_for(seed, "epoch", epoch))
