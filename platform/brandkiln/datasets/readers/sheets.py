"""A sheet of a workbook as a table: titles above it are passed over, its first full row is the header."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.cells import check_cells
from brandkiln.datasets.readers.header import find_header
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.rows import OnFault, Row, Rows
from brandkiln.datasets.readers.shelf import Shelf
from brandkiln.datasets.readers.workbook import NumberedRow, choose_sheet, open_workbook

SAMPLED_ROWS = 200
TITLE_ROWS = 20
"""How far down a header is looked for."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Where the table stands: what the report shows."""

    sheet: str
    sheets: list[str]
    has_header: bool
    first_row: int
    """The row of the header, or of the first data."""
    columns: tuple[str, ...]


def sheet_rows(path: Path, options: Options, limits: Limits) -> tuple[SheetLayout, Rows]:
    """Return where the table stands and how to read its rows.

    Raises:
        Refused: If the file is no workbook or holds no table.
    """
    with open_workbook(path, limits) as book:
        sheet = choose_sheet(book, options.sheet)
        sample = list(islice(book.rows(sheet), SAMPLED_ROWS))
        if not sample:
            raise Refused("empty", f'The sheet "{sheet}" holds no rows.')
        width = max(max(cells) for _, cells in sample) + 1
        first, cells = next((row for row in sample[:TITLE_ROWS] if len(row[1]) > 1), sample[0])
        has_header, columns = find_header(
            [cells.get(column) for column in range(width)], options.has_header, limits
        )
        layout = SheetLayout(sheet, list(book.sheets), has_header, first, columns)
        return layout, partial(_rows, path, layout, book.strings, limits)


def _rows(
    path: Path, layout: SheetLayout, strings: Shelf, limits: Limits, on_fault: OnFault
) -> Iterator[Row]:
    with open_workbook(path, limits, strings) as book:
        begun = layout.first_row + layout.has_header
        count = 0
        for number, cells in book.rows(layout.sheet):
            if number < begun:
                continue
            count += 1
            if count > limits.rows:
                raise Refused("too_many_rows", f"The sheet has more than {limits.rows:,} rows; split it.")
            try:
                yield number, _fields((number, cells), layout.columns, limits)
            except Fault as fault:
                on_fault(number, fault)


def _fields(row: NumberedRow, columns: tuple[str, ...], limits: Limits) -> dict[str, Any]:
    last = max(row[1]) + 1
    if last > len(columns):
        raise Fault("ragged_row", f"The row reaches column {last}; the table has {len(columns)} columns.")
    fields = {name: row[1].get(column) for column, name in enumerate(columns)}
    check_cells(fields, limits)
    return fields
