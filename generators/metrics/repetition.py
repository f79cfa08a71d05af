"""How much a text repeats itself."""

from __future__ import annotations

from generators.metrics.text_words import ngrams, words


def repetition(text: str, n: int = 4) -> float:
    """Return the share of n-grams of a text that were there before, 0 to 1; 0 for a text of fewer words.

    Source: rep-n or seq-rep-n of Welleck et al., Neural Text Generation with Unlikelihood Training, 2020.
    https://arxiv.org/abs/1908.04319
    """
    found = list(ngrams(words(text), n))
    return 1 - len(set(found)) / len(found) if found else 0.0
