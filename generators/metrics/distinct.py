"""Variety of a set of texts: the share of their n-grams that are different."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from generators.metrics.bootstrap import Figure
from generators.metrics.jackknife import jackknife
from generators.metrics.text_words import ngrams, words


def distinct(texts: Sequence[str], n: int) -> Figure:
    """Return the number of different n-grams divided by the number of all; it falls as texts grow in number or length.

    Source: Li et al., A Diversity-Promoting Objective Function for Neural Conversation Models, 2016.
    https://arxiv.org/abs/1510.03055
    """
    counts = [Counter(ngrams(words(text), n)) for text in texts]
    holding: Counter[tuple[str, ...]] = Counter(gram for count in counts for gram in count)
    total, different = sum(map(Counter.total, counts)), len(holding)
    without = [
        _share(different - sum(holding[gram] == 1 for gram in count), total - count.total())
        for count in counts
    ]
    value, error, low, high = jackknife(_share(different, total), without)
    return Figure(value, error, max(low, 0.0), min(high, 1.0))


def _share(different: int, total: int) -> float:
    return different / total if total else 0.0
