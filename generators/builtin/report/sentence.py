"""Sentences as texts and facts, and drafts of them, which hold facts as {placeholders}."""

import re
from dataclasses import replace

from generators.builtin.report.facts import Fact, Facts

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
Piece = str | Fact
Sentence = tuple[Piece, ...]


def render(draft: str, facts: Facts) -> Sentence:
    """Return a draft as texts and facts."""
    parts = re.split(r"(\{[^{}]*\})", draft)
    pieces: list[Piece] = [facts[p[1:-1]] if PLACEHOLDER.fullmatch(p) else p for p in parts if p]
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
