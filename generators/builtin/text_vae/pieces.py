"""What is encoded of a text: its sentences, or all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generators.blank import says_something

_BREAK = re.compile(r"(?<=[.!?。！？])[\"'”’)]*\s+|(?<=[。！？])|\s*\n+\s*")


def pieces(texts: Sequence[str], split_into: str) -> list[str]:
    """Return the sentences of texts, or the texts ("texts"), without blanks around them and without empty ones."""
    if split_into == "texts":
        return [text.strip() for text in texts if says_something(text)]
    return [
        piece.strip() for text in texts for piece in _BREAK.split(text) if piece and says_something(piece)
    ]
