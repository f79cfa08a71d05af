"""Regular expressions in the dialect of llguidance, from plain texts.

The dialect is that of Rust's regex crate, with `&` and `~` between terminals of a grammar.
Source: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

import json
from collections.abc import Iterable

from generators.formats import Counting

_SPECIAL = frozenset("\\.+*?()|[]{}^$#&-~/")
_NARROW = r"[\x{20}-\x{7e}]"
_ANY = r"(?s:.)"
_STEPS = 6
"""In so many steps from none to all of its characters may a text of a wide language be wide."""
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
    """Return the expression of a terminal for texts that take at most so much room.

    Args:
        counting: How room is counted. Where wide characters count as 2, other languages do without them. In a wide
            one, a text may hold so many characters that can be wide and as many more, in Latin letters and digits, as
            leave room: that is told in steps, so a few columns may stay free.
        wide: Whether the language is written in wide characters.
    """
    if counting == "characters":
        return f"/(?s:.{{0,{room}}})/"
    if not wide:
        return f"/{_LIGHT}{{0,{room}}}/"
    steps = [room // 2 * step // _STEPS for step in range(_STEPS + 1)]
    return "( " + " | ".join(
        f"( /(?:{_NARROW}*{_ANY}){{0,{count}}}{_NARROW}*/ & /(?s:.{{0,{room - count}}})/ )"
        for count in dict.fromkeys(steps)
    ) + " )"  # fmt: skip
