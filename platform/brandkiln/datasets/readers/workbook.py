"""XLSX workbooks as streams of rows: cached values of formulas, dates by their formats, merged cells filled downwards.

Readers that hold a sheet whole (openpyxl's cells, calamine's ranges) need memory that grows with it; this one holds a
row and a cache of texts.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.ooxml import (
    Attributes,
    main_part,
    open_package,
    read_small_part,
    relations,
    walk,
)
from brandkiln.datasets.readers.options import shown
from brandkiln.datasets.readers.shared_strings import read_shared_strings
from brandkiln.datasets.readers.shelf import Shelf
from brandkiln.datasets.readers.workbook_cells import Cell, DateKind, cell_value, date_kinds, unescape

MERGES = 100_000
"""Merged ranges that are filled; the rest stay as they are."""
CHUNK = 2**20

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]*")

NumberedRow = tuple[int, dict[int, Cell]]
"""The number of a row, from 1, and its filled cells by column, from 0."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open workbook."""

    archive: zipfile.ZipFile
    sheets: dict[str, str]
    """The part of each sheet by its name, hidden ones last."""
    strings: Shelf
    kinds: list[DateKind]
    """Which styles show a number as a date or a time."""
    since_1904: bool
    limits: Limits

    def rows(self, sheet: str) -> Iterator[NumberedRow]:
        """Yield the rows of a sheet that hold anything."""
        part = self.sheets[sheet]
        merges = _merges(self.archive, part)
        reading = _Sheet(self)
        filled: dict[int, tuple[int, Cell]] = {}
        for _ in walk(self.archive, part, reading.start, reading.end, reading.text):
            for number, cells in reading.finished:
                for column, last in merges.pop(number, ()):
                    filled[column] = (last, cells.get(column))
                if filled:
                    filled = {column: one for column, one in filled.items() if one[0] >= number}
                    cells = {column: value for column, (_, value) in filled.items()} | cells
                yield number, cells
            reading.finished.clear()


@contextmanager
def open_workbook(path: Path, limits: Limits, strings: Shelf | None = None) -> Iterator[Workbook]:
    """Give the workbook; its texts need not be read again where they are known.

    Raises:
        Refused: If it is none, or can't be trusted.
    """
    with open_package(path, limits) as archive:
        main = main_part(archive)
        linked = relations(archive, main)
        sheets, since_1904 = _sheets(archive, main, linked)
        if not sheets:
            raise Refused("empty", "The workbook holds no sheet with cells.")
        yield Workbook(
            archive,
            sheets,
            strings or read_shared_strings(archive, _linked(linked, "/sharedStrings"), limits),
            date_kinds(archive, _linked(linked, "/styles")),
            since_1904,
            limits,
        )


def choose_sheet(book: Workbook, chosen: str | None) -> str:
    """Return the chosen sheet, else the first that holds a row.

    Raises:
        Refused: If it is not there.
    """
    if chosen is not None:
        if chosen not in book.sheets:
            raise Refused(
                "no_such_sheet", f'There is no sheet "{chosen}"; there are {shown(list(book.sheets))}.'
            )
        return chosen
    filled = (sheet for sheet in book.sheets if next(book.rows(sheet), None))
    return next(filled, next(iter(book.sheets)))


def _sheets(
    archive: zipfile.ZipFile, main: str, linked: dict[str, tuple[str, str]]
) -> tuple[dict[str, str], bool]:
    visible: dict[str, str] = {}
    hidden: dict[str, str] = {}
    since_1904 = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal since_1904
        if tag == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            id_ = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            kind, part = linked.get(id_, ("", ""))
            if kind.endswith("/worksheet"):
                kept = hidden if attributes.get("state", "visible") != "visible" else visible
                kept[attributes.get("name", part)] = part

    read_small_part(archive, main, start)
    return visible | hidden, since_1904


def _linked(linked: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for one, part in linked.values() if one.endswith(kind)), None)


def _merges(archive: zipfile.ZipFile, part: str) -> dict[int, list[tuple[int, int]]]:
    """Return for each row the merged ranges that begin in it and reach further down: column and last row."""
    found: dict[int, list[tuple[int, int]]] = {}
    count, held = 0, b""
    with suppress(KeyError, zipfile.BadZipFile, zlib.error, EOFError), archive.open(part) as source:
        # Whoever walks through the part next says what is wrong with it.
        while count < MERGES and (piece := source.read(CHUNK)):
            held += piece
            end = 0
            for match in _MERGE.finditer(held):
                first, last, end = int(match[2]), int(match[3]), match.end()
                if last > first:
                    found.setdefault(first, []).append((column_number(match[1].decode()), last))
                    count += 1
            held = held[max(end, len(held) - 200) :]
    return found


def column_number(letters: str) -> int:
    """Return the number, from 0, of a column that a spreadsheet calls "A" or "AB"."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(slots=True)
class _Sheet:
    """Collects the cells of a sheet while its XML passes by."""

    book: Workbook
    finished: list[NumberedRow] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, Cell] = field(default_factory=dict)
    _column: int = -1
    _type: str = "n"
    _style: int = 0
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _inside: bool = False
    _phonetic: bool = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._open_cell(attributes)
        elif tag in ("v", "t"):
            self._inside = not self._phonetic
        elif tag == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isascii() and number.isdigit() else self._number + 1
            self._cells, self._column = {}, -1
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._inside = False
        elif tag == "c":
            self._close_cell()
        elif tag == "row" and self._cells:
            self.finished.append((self._number, self._cells))
        elif tag == "rPh":
            self._phonetic = False

    def text(self, text: str) -> None:
        if self._inside and self._length <= self.book.limits.cell_characters:
            self._pieces.append(text)
            self._length += len(text)

    def _open_cell(self, attributes: Attributes) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = column_number(place[1]) if place else self._column + 1
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isascii() and style.isdigit() else 0
        self._pieces, self._length = [], 0

    def _shared(self, number: str) -> str:
        try:
            return self.book.strings.get(int(number))
        except (ValueError, IndexError) as error:
            raise Refused(
                "damaged_document", f"A cell names the text {number[:20]}, which is not there; save it anew."
            ) from error

    def _close_cell(self) -> None:
        if not self._pieces:
            return
        raw = "".join(self._pieces)
        if self._type == "s":
            value: Cell = unescape(self._shared(raw.strip()))
        else:
            kind = self.book.kinds[self._style] if self._style < len(self.book.kinds) else DateKind.NONE
            value = cell_value(raw, self._type, kind, since_1904=self.book.since_1904)
        if value is None or value == "":
            return
        if self._column >= self.book.limits.columns:
            raise Refused(
                "too_many_columns",
                f"Row {self._number} has a cell in column {self._column + 1:,}; "
                f"{self.book.limits.columns:,} are accepted.",
            )
        self._cells[self._column] = value
