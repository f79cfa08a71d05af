"""Lines of tables that people take away."""

import csv
import io
from collections.abc import Iterable
from typing import TypeVar

Cell = TypeVar("Cell")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(cell: Cell) -> Cell | str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe comes before a text that would begin one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def csv_line(cells: Iterable[object]) -> str:
    """Return a line of CSV in which no text begins a formula of a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerow(map(plain_cell, cells))
    return out.getvalue()
