"""What a cell of a workbook holds, by its type and its style."""

import math
import re
import zipfile
from datetime import datetime, timedelta
from enum import Enum

from brandkiln.datasets.readers.ooxml import Attributes, read_small_part

Cell = str | int | float | bool | None

STYLES = 100_000
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class DateKind(Enum):
    """How a style shows a number."""

    NONE = "number"
    DATE = "date"
    TIME = "time"


BUILT_IN = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), DateKind.DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48)), DateKind.TIME),
}
"""Numbers of formats that every program knows. Source: ECMA-376 part 1, 18.8.30."""


def date_kinds(archive: zipfile.ZipFile, part: str | None) -> list[DateKind]:
    """Return what each cell style shows a number as."""
    formats: dict[int, DateKind] = dict(BUILT_IN)
    kinds: list[DateKind] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[_number(attributes.get("numFmtId", ""))] = format_kind(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside and len(kinds) < STYLES:
            kinds.append(formats.get(_number(attributes.get("numFmtId", "")), DateKind.NONE))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    if part:
        read_small_part(archive, part, start, end)
    return kinds


def format_kind(code: str) -> DateKind:
    """Return what a format such as "yyyy-mm-dd" or "[h]:mm" shows."""
    if re.search(r"\[[hms]+\]", code, re.IGNORECASE):
        return DateKind.NONE  # a duration: its hours may pass 24, so it stays a number of days
    letters = set(_QUOTED.sub("", code.split(";")[0]).casefold())
    if letters & {"y", "d"}:
        return DateKind.DATE
    if letters & {"h", "s"}:
        return DateKind.TIME
    return DateKind.DATE if "m" in letters else DateKind.NONE


def cell_value(raw: str, kind: str, shown_as: DateKind, *, since_1904: bool) -> Cell:
    """Return the value of a cell that holds its own: a number, a truth, a date or a text."""
    if kind == "b":
        return raw.strip() in ("1", "true")
    if kind != "n":
        return unescape(raw)
    raw = raw.strip()
    if _WHOLE.fullmatch(raw) and shown_as is DateKind.NONE:
        return int(raw)
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(number):
        return raw
    if shown_as is not DateKind.NONE:
        return moment(number, shown_as, since_1904=since_1904) or number
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def moment(number: float, kind: DateKind, *, since_1904: bool) -> str | None:
    """Return the ISO form of a day number, or None where no calendar has it."""
    if kind is DateKind.TIME and 0 <= number < 1:
        seconds = round(number * 86_400)
        return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if not 0 <= number < 2_958_466:  # year 9999
        return None
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if number >= 60 else 31)
    try:
        when = start + timedelta(seconds=round(number * 86_400))
    except OverflowError:
        return None
    return when.date().isoformat() if number == int(number) else when.isoformat()


def unescape(text: str) -> str:
    """Return a text with the characters that XML can't hold, which are written as _x000D_."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")  # joins halves


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
