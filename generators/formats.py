"""Formats of texts as a generator offers them: what they consist of, how much room there is, how it is counted."""

import unicodedata
from dataclasses import dataclass, field
from typing import Literal

Counting = Literal["characters", "wide", "weighted"]
"""How room is counted: in characters; as ad platforms count, wide characters (Chinese, Japanese, Korean) as 2; or
weighted as X counts, everything but Latin and its neighbours as 2."""
View = Literal["text", "ad", "email", "search", "post", "document", "dialogue"]

_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that weigh 1 in twitter-text's configuration 3. https://docs.x.com/fundamentals/counting-characters"""


def room_used(text: str, counting: Counting = "characters") -> int:
    """Return how much room a text takes, counted as its platform counts."""
    if counting == "wide":
        return sum(2 if _is_wide(character) else 1 for character in text)
    if counting == "weighted":
        return sum(1 if any(low <= ord(c) <= high for low, high in _LIGHT) else 2 for c in text)
    return len(text)


def _is_wide(character: str) -> bool:
    """Return whether a character is wide; Python calls those that are none yet full-width, the standard neutral."""
    return unicodedata.east_asian_width(character) in "WF" and unicodedata.category(character) != "Cn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """One part of a text, such as its subject line."""

    name: str
    """What a program calls it; parts of one kind, such as several headlines, share it."""
    title: str
    """What people call it."""
    limit: int = 0
    """Most room it may take; 0 sets no limit."""
    counting: Counting = "characters"
    """How the room is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """A kind of text that a generator writes. A sample's meta holds its parts under "parts", in this order."""

    name: str
    """The value of the param `format`."""
    title: str
    """What people call it."""
    summary: str
    """One sentence: what it is and how much room it has."""
    group: str
    """The heading that it stands under where a person picks one."""
    parts: tuple[TextPart, ...]
    """What it consists of, in order; one that comes three times is listed three times."""
    uses: frozenset[str] = field(default=frozenset())
    """Params that only some formats use and this one does; a form hides the others."""
    view: View = "text"
    """How a finished one is laid out."""
    caution: str = ""
    """What to know before choosing it; empty where there is nothing."""
    wants_larger: bool = False
    """Whether what comes with the generator rarely does it usably, so that a page offers another writer first."""
