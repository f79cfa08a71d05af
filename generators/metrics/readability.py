"""How easily an English text reads."""

from __future__ import annotations

import re
from typing import NamedTuple

from generators.metrics.text_words import words

_SENTENCE_ENDS = re.compile(r"[.!?]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l|ll)e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouysxzc])es$|(?<=[aeiouy][^aeiouy])ely$"
)
_APART = re.compile(
    r"ia(?!l\b|n\b)|io(?!n|us)|iu|ua(?!r)|eo(?!n|us|p)|ie[rt]|[aeiouy]ing|[^aeiouylgq]uou|sm$"
)
LATIN = 0.8


class Counts(NamedTuple):
    """What readability is computed from."""

    words: int
    sentences: int
    syllables: int


def counts_of(text: str) -> Counts | None:
    """Return the counts of a text, or None where it is not in Latin letters or has no words."""
    found = words(text)
    letters = [letter for letter in text if letter.isalpha()]
    if not found or sum(letter.isascii() for letter in letters) < LATIN * len(letters):
        return None
    sentences = sum(1 for part in _SENTENCE_ENDS.split(text) if part and words(part))
    return Counts(len(found), max(sentences, 1), sum(map(syllables, found)))


def reading_ease(counts: Counts) -> float:
    """Return how easily a text reads: about 100 is very easy, 60 plain English, below 30 very hard.

    Source: Flesch, A new readability yardstick, 1948. https://doi.org/10.1037/h0057532
    """
    return 206.835 - 1.015 * counts.words / counts.sentences - 84.6 * counts.syllables / counts.words


def grade(counts: Counts) -> float:
    """Return the years of school in the United States that a text asks for.

    Source: Kincaid et al., Derivation of new readability formulas for Navy enlisted personnel, 1975.
    """
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, less the silent ends."""
    word = word.lower()
    if word.isdecimal():
        return len(word)
    found = len(_VOWELS.findall(word)) + len(_APART.findall(word)) - bool(_SILENT.search(word))
    return max(found, 1)
