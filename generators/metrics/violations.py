"""Whether texts keep the limits of their format. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generators.formats import Counting, room_used


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a format asks of a text.

    Attributes:
        room: Most room that it may take; 0 sets no limit.
        counting: How the room is counted.
        banned: Terms that must not occur, whatever their case.
        required: Terms that must.
    """

    room: int = 0
    counting: Counting = "characters"
    banned: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def violations(text: str, limits: Limits) -> list[str]:
    """Return what a text breaks: of empty, too_long, banned and missing."""
    folded = text.casefold()
    checks = {
        "empty": not text.strip(),
        "too_long": 0 < limits.room < room_used(text, limits.counting),
        "banned": _holds(folded, limits.banned),
        "missing": any(not _holds(folded, [term]) for term in limits.required),
    }
    return [name for name, is_broken in checks.items() if is_broken]


def _holds(folded: str, terms: Iterable[str]) -> bool:
    return any(term.casefold() in folded for term in terms)
