"""Numbers as people write them: 1,234.56 with a point before the decimals, 1.234,56 with a comma.

Blanks that no keyboard types stand between thousands, too, and so does ' in Switzerland; a plain blank only where
decimals follow, since "12 345" is a code as well.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Literal

Style = Literal["point", "comma"]
"""What stands before the decimals."""

_UNTYPED = "\u00a0\u2009\u202f"
_MARKS: dict[Style, str] = {"point": f"'’,{_UNTYPED}", "comma": f"'’.{_UNTYPED}"}
"""What may stand between thousands."""
_DELETED: dict[Style, dict[int, int | None]] = {
    "point": str.maketrans("", "", _MARKS["point"] + " "),
    "comma": str.maketrans(",", ".", _MARKS["comma"] + " "),
}
_PLAIN = "0|[1-9][0-9]{0,17}"
_EXPONENT = "(?:[eE][+-]?[0-9]{1,3})?"


def _thousands(marks: str) -> str:
    """Return the pattern of digits in threes, with the same mark between all of them."""
    return "|".join(f"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}}){{1,5}}" for mark in marks)


def _patterns(style: Style) -> tuple[str, str]:
    mark = re.escape("." if style == "point" else ",")
    whole = f"-?(?:{_PLAIN}|{_thousands(_MARKS[style])})"
    blank = f"-?(?:{_thousands(' ')}){mark}[0-9]{{1,30}}"
    return whole, f"{whole}(?:{mark}[0-9]{{1,30}})?|-?{mark}[0-9]{{1,30}}|{blank}"


PATTERNS: dict[str, str] = {}
"""By the names of the readings: "point_whole", "point", "comma_whole", "comma"; without an exponent."""
for _style in _MARKS:
    PATTERNS[f"{_style}_whole"], PATTERNS[_style] = _patterns(_style)


def whole_reading(style: Style) -> Callable[[str], int | None]:
    """Return what reads a text as a whole number of this style, and gives None for what is none."""
    pattern, deleted = re.compile(PATTERNS[f"{style}_whole"]), _DELETED[style]
    return lambda text: int(text.translate(deleted)) if pattern.fullmatch(text) else None


def decimal_reading(style: Style) -> Callable[[str], float | None]:
    """Return what reads a text as a finite number of this style, and gives None for what is none."""
    pattern, deleted = re.compile(f"(?:{PATTERNS[style]}){_EXPONENT}"), _DELETED[style]

    def read(text: str) -> float | None:
        number = float(text.translate(deleted)) if pattern.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None

    return read


def plain(values: Sequence[str], style: Style) -> list[str]:
    """Return numbers of this style as Python reads them; what else stands among them stays no number.

    Raises:
        ValueError: If a cell has several lines.
    """
    found = "\n".join(values).translate(_DELETED[style]).split("\n")
    if len(found) != len(values):
        raise ValueError("A cell has several lines.")
    return found
