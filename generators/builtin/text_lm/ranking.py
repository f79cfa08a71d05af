"""How good a piece is, by name, so that the best of several candidates is kept and a person sees why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.text_lm.fingerprints import Fingerprints
from generators.builtin.text_lm.slips import mistaken_for, slips
from generators.builtin.text_lm.truth.check import Facts, Finding, said
from generators.metrics.readability import counts_of, reading_ease
from generators.metrics.repetition import repetition
from generators.metrics.text_words import ngrams, words

WEIGHTS = {
    "facts": 0.2,
    "brand": 0.15,
    "coverage": 0.15,
    "fluency": 0.2,
    "grammar": 0.15,
    "repetition": 0.05,
    "novelty": 0.05,
    "readability": 0.05,
}
"""What each score counts; together 1."""
_PLAIN = 60.0  # Flesch: plain English
_COVERED = 6  # words of the facts beside the name from which on a text says enough
_RUN = 3  # words
NONE = Fingerprints()
_REPEATED = 2
_SLIP = 0.5  # of the score; two of them leave nothing
_SHORT = 4  # letters; shorter words say little


@dataclass(frozen=True, slots=True)
class House:
    """What makes a text one of this brand.

    Attributes:
        name: The product's name; "" where it has none.
        required: Terms that are to be said.
        words: Words that the team's own texts share, where the network learned from some.
        learned: What it learned from, of which it should copy nothing.
    """

    name: str = ""
    required: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    learned: Fingerprints = NONE


def scores(
    text: str,
    *,
    findings: Sequence[Finding],
    facts: Facts,
    house: House,
    fluency: float,
    others: Sequence[str],
) -> dict[str, float]:
    """Return each score of a text from 0 to 1 and, as "total", their weighted mean.

    Args:
        findings: What the text says without support.
        fluency: Mean log-probability of its tokens as the network has them, in nats.
        others: Texts that it should not resemble: worked examples, what it was made from, variants before it.
    """
    given = words(text)
    topic = {word for word in words(facts.text) if len(word) >= _SHORT or not word.isascii()}
    counts = counts_of(text)
    found = {
        "facts": max(0.0, 1 - 0.4 * sum(finding.kind != "required" for finding in findings)),
        "brand": _brand(text, house),
        "coverage": min(1.0, len(topic & set(given)) / max(1, min(_COVERED, len(topic)))),
        "fluency": math.exp(fluency / 2),
        "grammar": max(0.0, 1 - _SLIP * _slips(text, facts)) if facts.language == "en" else 1.0,
        "repetition": 1 - min(1.0, 4 * repetition(text, _REPEATED)),
        "novelty": 1
        - max([house.learned.share_in(text), *(_resemblance(given, words(other)) for other in others)]),
        "readability": 1.0 if counts is None else min(1.0, max(0.0, reading_ease(counts) / _PLAIN)),
    }
    found = {name: round(value, 3) for name, value in found.items()}
    return found | {"total": round(sum(weight * found[name] for name, weight in WEIGHTS.items()), 3)}


def _slips(text: str, facts: Facts) -> int:
    return len(slips(text)) + len(mistaken_for(text, facts.text))


def _brand(text: str, house: House) -> float:
    """Return the mean of what can be told: the product is named, the terms are said, house words are used."""
    signs = [1.0 if said(term).search(text) else 0.0 for term in house.required]
    if house.name:
        known = set(words(house.name))
        signs.append(len(known & set(words(text))) / len(known) if known else 1.0)
    if house.words:
        mine = [word for word in words(text) if len(word) >= _SHORT]
        signs.append(min(1.0, 4 * sum(word in house.words for word in mine) / max(1, len(mine))))
    return sum(signs) / len(signs) if signs else 1.0


def _resemblance(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of the shorter text's runs of three words that the other holds too."""
    mine, theirs = (set(ngrams(row, min(_RUN, len(row)))) if row else set() for row in (one, other))
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 0.0
