"""How much of a reference text another one has: shared n-grams, and the longest common run with gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from generators.metrics.text_words import ngrams, words


def rouge_n(text: str, reference: str, n: int) -> float:
    """Return the F1 of shared n-grams, 0 to 1, without stemming.

    Source: Lin, ROUGE: a package for automatic evaluation of summaries, 2004. https://aclanthology.org/W04-1013
    """
    mine, theirs = (Counter(ngrams(words(one), n)) for one in (text, reference))
    return _f1((mine & theirs).total(), mine.total(), theirs.total())


def rouge_l(text: str, reference: str) -> float:
    """Return the F1 of the longest common subsequence of words, 0 to 1. Source: as `rouge_n`."""
    mine, theirs = words(text), words(reference)
    return _f1(common_subsequence(mine, theirs), len(mine), len(theirs))


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest row of words that both hold in this order."""
    lengths = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, theirs in enumerate(other, start=1):
            above = lengths[at]
            lengths[at] = before + 1 if word == theirs else max(above, lengths[at - 1])
            before = above
    return lengths[-1]


def _f1(common: int, mine: int, theirs: int) -> float:
    return 2 * common / (mine + theirs) if common else 0.0
