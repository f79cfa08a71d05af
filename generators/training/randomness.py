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


def balanced_indices(step: int, *, weights: Tensor, batch_size: int, seed: int) -> Tensor:
    """Return the numbers of the examples of one step, each drawn by its weight, shape (batch_size,).

    Examples are drawn with replacement, so there are no epochs: a rare example may come twice in one batch.

    Args:
        weights: How often each example is drawn, in proportion, shape (N,).
    """
    random = generator_for(seed, "balanced", step)
    return torch.multinomial(weights, batch_size, replacement=True, generator=random)


def balance_weights(labels: Tensor, balance: str) -> Tensor:
    """Return the weight of each example, shape (N,), such that labels come as often as `balance` says.

    With n examples, each weighs 1 ("as_is"), 1 / sqrt(n of its label) or 1 / n of its label ("equal"). So labels
    come in proportion to n, to sqrt(n), or alike.

    Args:
        labels: Numbers of the labels, shape (N,).
        balance: "as_is", "square_root" or "equal".

    Source: Mikolov et al. 2013 weigh rare words by a power of their count. https://arxiv.org/abs/1310.4546
    """
    power = {"as_is": 0.0, "square_root": 0.5, "equal": 1.0}[balance]
    return labels.bincount()[labels].double().pow(-power)


@lru_cache(maxsize=4)
def _order(epoch: int, count: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=generator_for(seed, "epoch", epoch))
