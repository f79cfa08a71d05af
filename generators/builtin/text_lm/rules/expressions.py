"""Regular expressions in the dialect of llguidance, from plain texts.

The dialect is that of Rust's regex crate, with `&` and `~` between terminals of a grammar.
Source: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

import json
from collections.abc import Iterable

from generators.formats import Counting

_SPECIAL = frozenset("\\.+*?()|[]{}^$#&-~/")
_LIGHT = r"[\x{20}-\x{10ff}\x{2000}-\x{200d}\x{2010}-\x{201f}\x{2032}-\x{2037}]"


def escaped(text: str) -> str:
    """Return an expression that matches the text and nothing else."""
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in text)


def either(texts: Iterable[str]) -> str:
    """Return an expression for one of the texts; the order does not matter."""
    return f"(?:{'|'.join(escaped(text) for text in sorted(set(texts)))})"


def literal(text: str) -> str:
    """Return a text as a string of a grammar."""
    return json.dumps(text, ensure_ascii=False)


def within(room: int, *, counting: Counting, wide: bool) -> str:
    """Return an expression for texts that take at most so much room.

    Args:
        counting: How room is counted. Where wide characters count as 2, other languages do without them, and a text
            in a wide one takes half as many characters: that errs on the short side where it holds digits.
        wide: Whether the language is written in wide characters.
    """
    if counting == "characters":
        return f"(?s:.{{0,{room}}})"
    return f"(?s:.{{0,{room // 2}}})" if wide else f"{_LIGHT}{{0,{room}}}"
