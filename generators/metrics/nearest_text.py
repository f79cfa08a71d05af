"""How near a text lies to the nearest one that its generator learned from: MinHash of its word triples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from rensa import RMinHash
from torch import Tensor

from generators.metrics.text_words import ngrams, words

PERMUTATIONS = 128
"""Minima of a signature; the share that two have in common estimates their resemblance to within 0.04."""
SHINGLE = 3
CHUNK = 2048


class Nearest(NamedTuple):
    """The nearest learned text: its number, or -1, and the estimated Jaccard index of the word triples, 0 to 1."""

    source: int
    resemblance: float


def signature(text: str) -> list[int]:
    """Return the minima of a text's word triples; a text of fewer words is one run.

    Source: Broder, On the resemblance and containment of documents, 1997. https://doi.org/10.1109/SEQUEN.1997.666900
    """
    found = words(text)
    runs = {" ".join(run) for run in ngrams(found, SHINGLE)} or {" ".join(found)}
    minima = RMinHash(num_perm=PERMUTATIONS, seed=1)
    minima.update(sorted(runs))
    return list(minima.digest())


def nearest_texts(texts: Sequence[str], learned: Iterable[str]) -> list[Nearest]:
    """Return the learned text nearest to each text."""
    mine = _signatures(texts)
    best, source = torch.zeros(len(mine)), torch.full((len(mine),), -1)
    theirs = _signatures(learned)
    for start in range(0, len(theirs), CHUNK):
        chunk = theirs[start : start + CHUNK]
        shares = torch.stack([(chunk == one).float().mean(1) for one in mine])
        found = shares.max(1)
        is_nearer = found.values > best
        best = torch.where(is_nearer, found.values, best)
        source = torch.where(is_nearer, found.indices + start, source)
    return [Nearest(int(at), float(value)) for at, value in zip(source, best, strict=True)]


def _signatures(texts: Iterable[str]) -> Tensor:
    return torch.tensor([signature(text) for text in texts]).reshape(-1, PERMUTATIONS)
