"""What a piece of text may be taken for: a whole number, a decimal, a date or a flag; strictly.

`float()` and `int()` are never asked what fits: they accept "NaN", "1_000" and digits of every script.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from brandkiln.datasets.checks.numbers import Style, decimal_reading, whole_reading

Value = str | int | float | bool | None
Parse = Callable[[str], Value]

SPREADSHEET_ERRORS = {"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"}
MISSING = {"", "na", "n/a", "nan", "null", "none", *SPREADSHEET_ERRORS}
"""What stands for no value in a column of numbers, dates or flags; in a column of text only the empty cell does."""
YEARS = range(1000, 3000)
FLAGS = {"true": True, "false": False, "yes": True, "no": False}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

WHOLE = "-?(?:0|[1-9][0-9]{0,17})"
DECIMAL = rf"{WHOLE}(?:\.[0-9]{{1,30}})?|-?\.[0-9]{{1,30}}"
"""Both as text; without an exponent, so that each is finite."""

_WHOLE = re.compile(WHOLE)
_DECIMAL = re.compile(rf"(?:{DECIMAL})(?:[eE][+-]?[0-9]{{1,3}})?")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")
_THREE = re.compile(r"([0-9]{1,4})[-./]([0-9]{1,2})[-./]([0-9]{1,4})(?: ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?")
_WORDS = re.compile(r"(?:([0-9]{1,2}) )?([A-Za-z]{3,9})\.? (?:([0-9]{1,2}),? )?([0-9]{4})")


def whole(text: str) -> int | None:
    """Return a whole number; a leading zero or plus means a code or a telephone number."""
    return int(text) if _WHOLE.fullmatch(text) else None


def decimal(text: str) -> float | None:
    """Return a finite number."""
    if not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def flag(text: str) -> bool | None:
    """Return a yes or no."""
    return FLAGS.get(text.casefold())


def iso_date(text: str) -> str | None:
    """Return a date or a moment in ISO form."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in YEARS:
        return None
    return moment.date().isoformat() if len(text) == 10 else moment.isoformat()


def month(text: str) -> str | None:
    """Return the first day of a month written as 2024-05."""
    found = _MONTH.fullmatch(text)
    return _date(int(found[1]), int(found[2]), 1) if found else None


def _numbers(text: str) -> tuple[int, int, int, str] | None:
    found = _THREE.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3]), found[4] or "") if found else None


def year_first(text: str) -> str | None:
    """Return a date written as 2024/5/31, with or without a time."""
    parts = _numbers(text)
    return _date(parts[0], parts[1], parts[2], parts[3]) if parts else None


def day_first(text: str) -> str | None:
    """Return a date written as 31.5.2024, with or without a time."""
    parts = _numbers(text)
    return _date(parts[2], parts[1], parts[0], parts[3]) if parts else None


def month_first(text: str) -> str | None:
    """Return a date written as 5/31/2024, with or without a time."""
    parts = _numbers(text)
    return _date(parts[2], parts[0], parts[1], parts[3]) if parts else None


def month_named(text: str) -> str | None:
    """Return a date written as Jan 31 2024, 31 January 2024 or Jan 2024."""
    found = _WORDS.fullmatch(text)
    if not found or found[2][:3].lower() not in MONTHS or (found[1] and found[3]):
        return None
    return _date(int(found[4]), MONTHS.index(found[2][:3].lower()) + 1, int(found[1] or found[3] or 1))


def _date(year: int, month_number: int, day: int, clock: str = "") -> str | None:
    if year not in YEARS:
        return None
    try:
        written = date(year, month_number, day).isoformat()
        return datetime.fromisoformat(f"{written}T{clock}").isoformat() if clock else written
    except ValueError:
        return None


READINGS: dict[str, tuple[str, Parse]] = {
    "flag": ("flag", flag),
    "whole": ("whole", whole),
    "decimal": ("decimal", decimal),
    "point_whole": ("whole", whole_reading("point")),
    "point": ("decimal", decimal_reading("point")),
    "comma_whole": ("whole", whole_reading("comma")),
    "comma": ("decimal", decimal_reading("comma")),
    "iso": ("date", iso_date),
    "month": ("date", month),
    "year_first": ("date", year_first),
    "day_first": ("date", day_first),
    "month_first": ("date", month_first),
    "month_named": ("date", month_named),
}
"""Each way to read a text, with the type of column that it makes, the narrowest first."""
STYLED: dict[Style, tuple[str, str]] = {"point": ("point_whole", "point"), "comma": ("comma_whole", "comma")}
"""Readings of numbers with marks between thousands or a decimal comma, which a column or a person has to tell apart."""


def readings(kind: str, style: Style | None = None) -> list[Parse]:
    """Return how texts may be read as a type: numbers without marks, or as this style writes them."""
    if style and kind in ("whole", "decimal"):
        return [READINGS[STYLED[style][kind == "decimal"]][1]]
    styled = {name for names in STYLED.values() for name in names}
    return [parse for name, (found, parse) in READINGS.items() if found == kind and name not in styled]
