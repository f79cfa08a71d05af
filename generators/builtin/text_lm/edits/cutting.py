"""A text in fewer words: sentences and clauses left out, nothing added, so that it says nothing new."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, product

from generators.builtin.text_lm.edits.sentences import cuts, points_back, split
from generators.builtin.text_lm.lexicon import ENGLISH
from generators.metrics.text_words import words

SHORTER = 0.75
"""Of the room that the text takes, at most so much is kept."""
_LEAST = 0.3
_MOST_SENTENCES = 6
_MOST_WAYS = 20_000
_NUMBER = re.compile(r"\d[\d.,]*")


def cut(text: str, room: int, *, name: str = "") -> list[str]:
    """Return texts of sentences and clauses of a text that take at most so much room, the fullest of facts first.

    Args:
        text: In English, in whole sentences.
        room: Most characters.
        name: The product's name; a text that says it keeps saying it.
    """
    kept = _weightiest(split(text), name)
    worth = Counter(words(" ".join(kept)))
    ways = [["", *cuts(sentence)] for sentence in kept]
    found = dict.fromkeys(_joined(way, kept) for way in islice(product(*ways), _MOST_WAYS))
    named = bool(name) and name.lower() in text.lower()
    fitting = [
        one
        for one in found
        if one
        and min(room, len(text)) * _LEAST <= len(one) <= room
        and not (named and name.lower() not in one.lower())
    ]
    return sorted(fitting, key=lambda one: -_said(one, text, worth))


def _joined(way: Sequence[str], whole: Sequence[str]) -> str:
    """Return the sentences that are kept, or "" where one of them needs one that is not."""
    for place, sentence in enumerate(way):
        if sentence and points_back(sentence) and not any(way[:place]):
            return ""
    return " ".join(sentence for sentence in way if sentence)


def _weightiest(sentences: Sequence[str], name: str) -> list[str]:
    """Return so many sentences as are weighed against each other: the first, and those that say what all say."""
    if len(sentences) <= _MOST_SENTENCES:
        return [*sentences]
    often = Counter(word for one in sentences for word in set(words(one)) - ENGLISH)

    def weight(place: int) -> float:
        mine = set(words(sentences[place])) - ENGLISH
        told = sum(often[word] for word in mine) / (4 + len(mine)) + len(_NUMBER.findall(sentences[place]))
        return told + 2 * (bool(name) and name.lower() in sentences[place].lower()) - place / len(sentences)

    best = sorted(range(1, len(sentences)), key=weight, reverse=True)[: _MOST_SENTENCES - 1]
    return [sentences[place] for place in sorted([0, *best])]


def _said(one: str, text: str, worth: Counter[str]) -> float:
    """Return how much of a text another one still says: its numbers, then its own words, for the room it takes."""
    mine = set(words(one))
    own = {word for word in worth if word not in ENGLISH and len(word) > 2}
    numbers = set(_NUMBER.findall(text))
    kept_numbers = len(numbers & set(_NUMBER.findall(one))) / len(numbers) if numbers else 1.0
    kept_words = len(own & mine) / len(own) if own else 1.0
    return 2 * kept_words + kept_numbers - 0.4 * len(one) / len(text) - 0.05 * len(split(one))
