"""Whether texts keep the limits of their format."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a format asks of a text.

    Attributes:
        columns: Longest text, counted as ad platforms count: wide characters are two.
        words: Fewest and most words, divided by blanks.
        banned: Terms that must not occur, whatever their case.
        required: Terms that must.
        is_json: Whether it must be a JSON document.
    """

    columns: int | None = None
    words: tuple[int, int] | None = None
    banned: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_json: bool = False


def columns_of(text: str) -> int:
    """Return how long a text is where wide and full-width characters count as two and combining marks as none.

    Source: Unicode Standard Annex 11, East Asian Width. https://www.unicode.org/reports/tr11/
    """
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else not unicodedata.combining(letter)
        for letter in text
    )


def violations(text: str, limits: Limits) -> list[str]:
    """Return what a text breaks: of empty, too_long, too_short, too_many_words, banned, missing and not_json."""
    folded, count = text.casefold(), len(text.split())
    least, most = limits.words or (0, count)
    checks = {
        "empty": not text.strip(),
        "too_long": limits.columns is not None and columns_of(text) > limits.columns,
        "too_short": count < least,
        "too_many_words": count > most,
        "banned": any(term.casefold() in folded for term in limits.banned),
        "missing": any(term.casefold() not in folded for term in limits.required),
        "not_json": limits.is_json and not _is_json(text),
    }
    return [name for name, is_broken in checks.items() if is_broken]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
