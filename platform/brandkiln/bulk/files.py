"""The results of a bulk as files: CSV, a workbook, and a ZIP of all pieces with their receipts, made as it is sent."""

import csv
import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any, Literal, cast
from unicodedata import bidirectional

import xlsxwriter
from django.utils.text import slugify

from brandkiln.artifacts import store
from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.queries import pieces_of
from brandkiln.bulk.results import batches, results_table
from brandkiln.bulk.titles import title_column, title_of
from brandkiln.bulk.variables import Number, plain
from brandkiln.core.tables import plain_cell
from brandkiln.datasets.checks.written import number_format
from brandkiln.library.files import EXTENSIONS
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.models import Asset

Form = Literal["csv", "xlsx", "zip"]
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
IN_MEMORY = 16 * 2**20
PIECE = 2**18
LONGEST_CELL = 32_767
"""What a cell of a workbook holds at most."""
WIDTH = 28
LOOKED_AT = 200
"""Characters of a cell by which the sheet's direction is told."""


def filename_of(bulk: Bulk, form: Form) -> str:
    """Return a name for the file."""
    return f"{slugify(bulk.name)[:60] or 'bulk'}.{form}"


def results_csv(bulk: Bulk) -> Iterator[str]:
    """Yield the lines of a CSV file that spreadsheets read as UTF-8; no cell begins as a formula would."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield "\ufeff"
    for line in results_table(bulk):
        yield writer.writerow([_csv_cell(cell) for cell in line])


def results_xlsx(bulk: Bulk) -> tuple[IO[bytes], int]:
    """Return an open workbook and its size; texts are never taken for formulas, and one row at a time is in memory.

    Its sheet runs from the right where most letters are read so.
    """
    target = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  the response closes it
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        looks, sides = _Looks(book), Counter[str]()
        for number, line in enumerate(results_table(bulk)):
            if not number:
                sheet.set_column(0, len(line) - 1, WIDTH)
                sheet.freeze_panes(1, 0)
            for column, cell in enumerate(line):
                _write(sheet, number, column, cell, looks.of(cell) if number else bold)
            if number:
                texts = (cell[:LOOKED_AT] for cell in line if isinstance(cell, str))
                sides.update(map(bidirectional, chain.from_iterable(texts)))
        if sides["R"] + sides["AL"] > sides["L"]:
            sheet.right_to_left()
    size = target.seek(0, io.SEEK_END)
    target.seek(0)
    return target, size


def results_zip(bulk: Bulk) -> Iterator[bytes]:
    """Yield a ZIP file with each piece, its receipt beside it, and the table; a few pieces are in memory."""
    pipe = _Pipe()
    column = title_column(bulk.columns)
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w", zipfile.ZIP_DEFLATED) as archive:
        for row in chain.from_iterable(batches(bulk)):
            for piece in pieces_of(row):
                if not piece.is_held:
                    yield from _entry(archive, pipe, row, piece, column)
        with archive.open("results.csv", "w") as entry:
            for line in results_csv(bulk):
                entry.write(line.encode())
        yield pipe.take()
    yield pipe.take()


def _entry(archive: zipfile.ZipFile, pipe: "_Pipe", row: Row, piece: Asset, column: str) -> Iterator[bytes]:
    mark = "NOT-FOR-DIAGNOSIS-" if mark_of_asset(piece) else ""
    title = slugify(title_of(row, column), allow_unicode=True)[:40] or "row"
    template = slugify(row.version.template.name, allow_unicode=True)[:24] or "piece"
    number = f"-{piece.position + 1}" if len(pieces_of(row)) > 1 else ""
    name = f"{mark}{row.position + 1:05d}-{title}-{template}{number}"
    ending = EXTENSIONS.get(piece.media_type.split(";")[0], "bin")
    with store.open_artifact(piece.artifact) as source, archive.open(f"{name}.{ending}", "w") as entry:
        while some := source.read(PIECE):
            entry.write(some)
            if pipe.size > PIECE:
                yield pipe.take()
    receipt = json.dumps(piece.receipt, indent=2, ensure_ascii=False)
    archive.writestr(f"{name}.receipt.json", receipt)
    if pipe.size > PIECE:
        yield pipe.take()


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, Number):
        return cell.text
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return cell
    return plain_cell(plain(cell))


def _write(sheet: Any, row: int, column: int, cell: Any, look: Any) -> None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell, look)
    elif cell not in (None, ""):
        sheet.write_string(row, column, plain(cell)[:LONGEST_CELL], look)


class _Looks:
    """The formats of a workbook's cells: numbers are shown with the decimals that they were written with."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._known: dict[str, Any] = {}

    def of(self, cell: Any) -> Any:
        """Return the format of a cell."""
        code = number_format(cell, cell.form) if isinstance(cell, Number) and cell.form else ""
        if code not in self._known:
            self._known[code] = self._book.add_format(
                {"text_wrap": True, "valign": "top"} | ({"num_format": code} if code else {})
            )
        return self._known[code]


class _Line:
    def write(self, text: str) -> str:
        return text


class _Pipe(io.RawIOBase):
    """What a ZIP file is written to, from which it is taken while it grows; it can't go back."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        whole = b"".join(self._held)
        self._held, self.size = [], 0
        return whole
