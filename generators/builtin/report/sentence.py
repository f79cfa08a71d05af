"""Sentences as texts and facts, and drafts of them, which hold facts as {placeholders}."""

import re
from dataclasses import replace
from itertools import pairwise

from generators.builtin.report.facts import Fact, Facts

IN = re.compile(r"\b[Ii]n $")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
Piece = str | Fact
Sentence = tuple[Piece, ...]


def render(draft: str, facts: Facts) -> Sentence:
    """Return a draft as texts and facts; in English things happen in a month and on a day."""
    parts = re.split(r"(\{[^{}]*\})", draft)
    pieces: list[Piece] = [facts[p[1:-1]] if PLACEHOLDER.fullmatch(p) else p for p in parts if p]
    for place, (before, piece) in enumerate(pairwise(pieces)):
        is_day = isinstance(piece, Fact) and piece.role == "period" and piece.period.startswith("day.")
        if is_day and isinstance(before, str):
            pieces[place] = IN.sub(lambda found: "On " if found.group() == "In " else "on ", before)
    return tuple(pieces)


def capitalised(sentence: Sentence) -> Sentence:
    """Return a sentence with a capital at its start."""
    if not sentence:
        return ()
    first = sentence[0]
    if isinstance(first, str):
        return (first[:1].upper() + first[1:], *sentence[1:])
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *sentence[1:])


def plain(sentence: Sentence) -> str:
    """Return a sentence as text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in capitalised(sentence))
