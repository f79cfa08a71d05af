"""CSV and its relatives: rows as a spreadsheet numbers them, the header being row 1."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from brandkiln.datasets.readers.encoding import find_encoding, lines
from brandkiln.datasets.readers.header import find_header
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import DELIMITERS, Options
from brandkiln.datasets.readers.rows import CHARACTERS, ROWS, Blocks, Columns, OnFault, Row, Rows

SAMPLED_LINES = 200
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
AT_ONCE = 20
"""Rows that are read before their length is looked at."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: what the report shows."""

    encoding: str
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]


def delimited_rows(path: Path, options: Options, limits: Limits) -> tuple[Layout, Rows, Blocks]:
    """Return how the file is written, how to read its rows, and how to read many of them at once.

    Raises:
        Refused: If it is no table; while reading, if a quote is never closed.
    """
    csv.field_size_limit(limits.cell_characters)
    layout = _find_layout(path, options, limits)
    return layout, partial(_rows, path, layout, limits), partial(_read_blocks, path, layout, limits)


def _find_layout(path: Path, options: Options, limits: Limits) -> Layout:
    encoding = find_encoding(path, options.encoding)
    sample = list(islice(lines(path, encoding, limits), SAMPLED_LINES))
    delimiter = options.delimiter or _find_delimiter(sample)
    _, first = next(_records(path, encoding, delimiter, limits, _refuse_header), (0, None))
    if not first:
        raise Refused("empty", "The file holds no rows.")
    has_header, names = find_header(first, options.has_header, limits)
    return Layout(encoding, delimiter, has_header, names)


def _rows(path: Path, layout: Layout, limits: Limits, on_fault: OnFault) -> Iterator[Row]:
    records = _records(path, layout.encoding, layout.delimiter, limits, on_fault)
    if layout.has_header:
        next(records, None)
    columns, width = layout.columns, len(layout.columns)
    for count, (number, cells) in enumerate(records, start=1):
        if count > limits.rows:
            raise Refused("too_many_rows", f"The table has more than {limits.rows:,} rows; split it.")
        if len(cells) != width:
            on_fault(
                number, Fault("ragged_row", f"The row has {len(cells)} cells; the table has {width} columns.")
            )
        elif "\0" in "".join(cells):
            on_fault(number, Fault("nul_character", "The row holds the character NUL; remove it."))
        else:
            yield number, dict(zip(columns, cells))  # noqa: B905  their numbers were compared


def _records(
    path: Path, encoding: str, delimiter: str, limits: Limits, on_fault: OnFault
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with their numbers."""
    reader = csv.reader(lines(path, encoding, limits), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            on_fault(number, _fault_of(error, number, line, reader.line_num, limits))
            continue
        if "".join(cells).strip():
            yield number, cells


def _read_blocks(
    path: Path, layout: Layout, limits: Limits, on_fault: OnFault
) -> Iterator[tuple[list[int], Columns]]:
    """Yield the good rows by columns, many at once: a third of the time that row by row takes."""
    count, width = 0, len(layout.columns)
    is_header = layout.has_header
    for numbers, rows in _blocks(path, layout, limits, on_fault):
        texts = ["".join(cells) for cells in rows]
        if not all(map(str.strip, texts)):  # blank rows
            there = [place for place, text in enumerate(texts) if text.strip()]
            numbers, rows = [numbers[place] for place in there], [rows[place] for place in there]
        if is_header and rows:
            numbers, rows, is_header = numbers[1:], rows[1:], False
        count += len(rows)
        if count > limits.rows:
            raise Refused("too_many_rows", f"The table has more than {limits.rows:,} rows; split it.")
        if any(len(cells) != width for cells in rows) or any("\0" in text for text in texts):
            good = [
                place for place, cells in enumerate(rows) if _is_good(numbers[place], cells, width, on_fault)
            ]
            numbers, rows = [numbers[place] for place in good], [rows[place] for place in good]
        if rows:
            yield numbers, dict(zip(layout.columns, zip(*rows, strict=True), strict=True))


def _is_good(number: int, cells: list[str], width: int, on_fault: OnFault) -> bool:
    if len(cells) != width:
        message = f"The row has {len(cells)} cells; the table has {width} columns."
        on_fault(number, Fault("ragged_row", message))
        return False
    if "\0" in "".join(cells):
        on_fault(number, Fault("nul_character", "The row holds the character NUL; remove it."))
        return False
    return True


def _blocks(
    path: Path, layout: Layout, limits: Limits, on_fault: OnFault
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Yield rows with their numbers, blank ones too; those that can't be read go to the function given."""
    reader = csv.reader(lines(path, layout.encoding, limits), delimiter=layout.delimiter, strict=True)
    number, is_over = 0, False
    while not is_over:
        rows: list[list[str]] = []
        line, first, characters = reader.line_num, number + 1, 0
        fault = None
        try:
            while len(rows) < ROWS and characters < CHARACTERS:
                before = len(rows)
                rows.extend(islice(reader, AT_ONCE))
                characters += sum(sum(map(len, cells)) for cells in rows[before:])
                if len(rows) < before + AT_ONCE:
                    is_over = True
                    break
        except csv.Error as error:
            number = first + len(rows)
            line += sum(map(_lines_of, rows)) + 1
            fault = _fault_of(error, number, line, reader.line_num, limits)
        else:
            number = first + len(rows) - 1
        yield list(range(first, first + len(rows))), rows
        if fault:
            on_fault(number, fault)


def _lines_of(cells: list[str]) -> int:
    """Return over how many lines of the file a row goes."""
    text = ",".join(cells)
    return 1 + text.count("\n") + text.count("\r") - text.count("\r\n")


def _fault_of(error: csv.Error, number: int, line: int, last_line: int, limits: Limits) -> Fault:
    too_long = "field limit" in str(error)
    if "unexpected end" in str(error) or (too_long and last_line > line):
        raise Refused(
            "unclosed_quote",
            f'A quote (") that opens in row {number} (line {line}) is not closed, so the rest would be swallowed. '
            'Close it, or write it twice ("") where it is meant as a character.',
        ) from error
    if too_long:
        return Fault("cell_too_long", f"A cell has more than {limits.cell_characters:,} characters.")
    return Fault(
        "stray_quote", 'A closed quote (") is followed by more text; write quotes inside a cell twice ("").'
    )


def _refuse_header(number: int, fault: Fault) -> None:
    raise Refused("bad_header", f"Row {number}, the header, can't be read: {fault.message}")


def _find_delimiter(sample: list[str]) -> str:
    """Return the character that cuts the sample into the most even rows of more than one cell.

    A comma with digits on both sides, wherever one stands, belongs to numbers if anything else cuts the rows.
    """
    best, delimiter = (0.0, 0), ","
    commas = sum(line.count(",") for line in sample)
    in_numbers = commas and sum(len(_DECIMAL_COMMA.findall(line)) for line in sample) == commas
    for candidate in (*DELIMITERS.replace(",", ""), ",") if in_numbers else DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=candidate) if row]
        except csv.Error:
            continue
        width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
        share = count / len(widths) if widths else 0.0
        if width > 1 and widths[0] == width and share >= 0.5 and (share, width) > best:
            best, delimiter = (share, width), candidate
            if in_numbers and share == 1:
                break
    return delimiter
