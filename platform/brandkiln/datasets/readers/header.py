"""Whether the first row of a table names its columns, and the names."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from brandkiln.datasets.checks.values import MISSING, READINGS, YEARS
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.rows import column_name


def find_header(first: Sequence[Any], given: bool | None, limits: Limits) -> tuple[bool, tuple[str, ...]]:
    """Return whether the row is a header, unless that is given, and what the columns are called.

    Raises:
        Refused: If there are too many columns or two of one name.
    """
    if len(first) > limits.columns:
        raise Refused(
            "too_many_columns", f"The table has {len(first):,} columns; {limits.columns:,} are accepted."
        )
    has_header = given if given is not None else not any(is_value(cell) for cell in first)
    cells = ["" if cell is None or not has_header else str(cell) for cell in first]
    return has_header, checked_names(cells)


def checked_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns as they are kept.

    Raises:
        Refused: If one can't be kept or stands twice.
    """
    try:
        names = tuple(column_name(cell, number) for number, cell in enumerate(cells, start=1))
    except Fault as fault:
        raise Refused(fault.code, fault.message) from fault
    if any("\0" in name for name in names):
        raise Refused("nul_character", "The header holds the character NUL; remove it.")
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            places = ", ".join(str(n) for n, other in enumerate(names, start=1) if other.casefold() == name)
            raise Refused("same_column_name", f'Columns {places} are all called "{name}"; rename them.')
    return names


def is_value(cell: Any) -> bool:
    """Return whether a cell can't be the name of a column: a number or a date, save a year."""
    if cell is None:
        return False
    text = str(cell).strip()
    if text.casefold() in MISSING or (text.isascii() and text.isdigit() and int(text[:9]) in YEARS):
        return False
    return any(parse(text) is not None for name, (_, parse) in READINGS.items() if name != "flag")
