"""How alike the texts of a set are: each against all others by BLEU."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import torch

from generators.metrics.bootstrap import Figure, mean_figure
from generators.metrics.text_words import ngrams, words

LONGEST = 4
_SMALL = 0.1
MOST = 200
"""Texts that are compared at most: their pairs grow with the square."""


def self_bleu(texts: Sequence[str], random: torch.Generator) -> Figure:
    """Return the mean BLEU of each text against all others; 1 says that all are alike, 0 that they share nothing.

    Source: Zhu et al., Texygen, 2018. https://arxiv.org/abs/1802.01886
    """
    read = [words(text) for text in texts[:MOST]]
    if len(read) < 2:
        return Figure(0.0, 0.0, 0.0, 0.0)
    values = [bleu(one, [*read[:at], *read[at + 1 :]]) for at, one in enumerate(read)]
    return mean_figure(torch.tensor(values), random)


def bleu(text: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Return BLEU-4 of one text, 0 to 1; n-grams that nowhere occur count as a tenth of one.

    Args:
        text: Its words.
        references: Words of the texts that it may be like.

    Source: Papineni et al., BLEU, 2002; the tenth is smoothing 1 of Chen and Cherry, 2014.
    """
    shares = []
    for n in range(1, LONGEST + 1):
        counts = Counter(ngrams(text, n))
        most: Counter[tuple[str, ...]] = Counter()
        for reference in references:
            most |= Counter(ngrams(reference, n))
        common = sum(min(count, most[gram]) for gram, count in counts.items())
        if n == 1 and not common:
            return 0.0
        shares.append((common or _SMALL) / max(counts.total(), 1))
    closest = min((abs(len(reference) - len(text)), len(reference)) for reference in references)[1]
    brevity = 1.0 if len(text) > closest else math.exp(1 - closest / len(text))
    return brevity * math.exp(math.fsum(map(math.log, shares)) / LONGEST)
