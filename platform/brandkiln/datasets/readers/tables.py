"""Files that hold rows: how each is opened, and all of them as one table."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.delimited import Layout, delimited_rows
from brandkiln.datasets.readers.files import Source
from brandkiln.datasets.readers.jsonl import jsonl_rows
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options, shown
from brandkiln.datasets.readers.parquet import parquet_rows
from brandkiln.datasets.readers.rows import (
    CHARACTERS,
    ROWS,
    Blocks,
    Columns,
    OnFaultAt,
    Place,
    Rows,
)
from brandkiln.datasets.readers.sheets import SheetLayout, sheet_rows
from brandkiln.datasets.readers.sources import ARCHIVE_STARTS

DELIMITED = (".csv", ".tsv", ".tab")
JSON_LINES = (".jsonl", ".ndjson")
WORKBOOKS = (".xlsx", ".xlsm")
PARQUET = (".parquet",)
WITH_ROWS = (*DELIMITED, *JSON_LINES, *WORKBOOKS, *PARQUET)
HEAD_ROWS = 1_000
"""Rows that the types of columns are taken from, and their names where each row brings its own."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file with rows."""

    layout: dict[str, Any]
    """How it is written: what the report shows."""
    columns: tuple[str, ...]
    """Their names; none where each row brings its own."""
    rows: Rows
    blocks: Blocks | None = None
    """Many rows at once, where the format gives them so."""

    def head(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the first good rows with their numbers."""
        return islice(self.rows(lambda number, fault: None), HEAD_ROWS)


def open_table(path: Path, suffix: str, options: Options, limits: Limits, *, flat: bool) -> Table:
    """Return the rows of a file; `flat` ones hold neither lists nor objects.

    Raises:
        Refused: If it is no table.
    """
    if suffix in WORKBOOKS:
        sheet, rows = sheet_rows(path, options, limits)
        return Table(_shown(sheet), sheet.columns, rows)
    if suffix in PARQUET:
        columns, rows = parquet_rows(path, limits)
        return Table({}, columns, rows)
    _refuse_archive(path)
    if suffix in JSON_LINES:
        encoding, rows = jsonl_rows(path, options, limits, flat=flat)
        return Table({"encoding": encoding}, (), rows)
    layout, rows, blocks = delimited_rows(path, options, limits)
    return Table(_shown(layout), layout.columns, rows, blocks)


def _shown(layout: Layout | SheetLayout) -> dict[str, Any]:
    return {name: value for name, value in asdict(layout).items() if name != "columns"}


class Tables:
    """The rows of several files, one after another."""

    def __init__(self, sources: Sequence[Source], options: Options, limits: Limits, scratch: Path) -> None:
        self.layout: dict[str, Any] = {}
        """How the files are written, known once they were read."""
        self._sources = sources
        self._options = options
        self._limits = limits
        self._scratch = scratch

    def blocks(self, on_fault: OnFaultAt) -> Iterator[tuple[list[Place], Columns]]:
        """Yield the rows of all files, which have the same columns, many at once.

        Raises:
            Refused: If a file is no table, has other columns than the first, or there are too many rows.
        """
        first: tuple[str, set[str]] | None = None
        for source in self._sources:
            before = f"{source.name}, " if len(self._sources) > 1 else ""
            columns = set[str]()
            try:
                with source.on_disk(self._scratch) as path:
                    table = open_table(path, source.suffix, self._options, self._limits, flat=True)
                    merge_layout(self.layout, table.layout)
                    columns.update(table.columns)
                    if first and columns:
                        _refuse_other_columns(first, (source.name, columns))
                    for places, values in placed_blocks(table, before, on_fault):
                        if not table.columns:
                            columns.update(values)
                        yield places, values
            except Fault as fault:
                on_fault(source.name, fault)
                continue
            except Refused as refusal:
                raise (named(refusal, source.name) if before else refusal) from None
            if first:
                _refuse_other_columns(first, (source.name, columns))
            first = first or (source.name, columns)


def placed(table: Table, before: str, on_fault: OnFaultAt) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the rows of one file with the places that people look for them at."""
    for number, fields in table.rows(lambda number, fault: on_fault(f"{before}row {number}", fault)):
        yield f"{before}row {number}", fields


def placed_blocks(table: Table, before: str, on_fault: OnFaultAt) -> Iterator[tuple[list[Place], Columns]]:
    """Yield many rows of one file at once with the places that people look for them at."""
    if table.blocks is None:
        yield from _gathered(placed(table, before, on_fault))
        return
    for numbers, values in table.blocks(lambda number, fault: on_fault(f"{before}row {number}", fault)):
        yield [f"{before}row {number}" for number in numbers], values


def _gathered(rows: Iterator[tuple[Place, dict[str, Any]]]) -> Iterator[tuple[list[Place], Columns]]:
    places: list[Place] = []
    fields: list[dict[str, Any]] = []
    characters = 0
    for place, row in rows:
        places.append(place)
        fields.append(row)
        characters += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(places) == ROWS or characters > CHARACTERS:
            yield places, _by_column(fields)
            places, fields, characters = [], [], 0
    if places:
        yield places, _by_column(fields)


def _by_column(fields: list[dict[str, Any]]) -> Columns:
    names = dict.fromkeys(chain.from_iterable(fields))
    return {name: [row.get(name) for row in fields] for name in names}


def merge_layout(layout: dict[str, Any], other: dict[str, Any]) -> None:
    """Add how another file is written; texts that differ are listed one after another."""
    for name, value in other.items():
        known = layout.setdefault(name, value)
        if isinstance(known, str) and isinstance(value, str) and value not in known.split(", "):
            layout[name] = f"{known}, {value}"


def named(refusal: Refused, name: str) -> Refused:
    """Return the same refusal with the name of the file in front."""
    return Refused(refusal.code, f'"{name}": {refusal.message}')


def _refuse_archive(path: Path) -> None:
    with path.open("rb") as source:
        if source.read(4) in ARCHIVE_STARTS:
            raise Refused(
                "wrong_format",
                "The file is a ZIP archive or a spreadsheet whose name says otherwise; save it as CSV.",
            )


def _refuse_other_columns(first: tuple[str, set[str]], other: tuple[str, set[str]]) -> None:
    lacking, extra = sorted(first[1] - other[1]), sorted(other[1] - first[1])
    if not lacking and not extra:
        return
    parts = [f"lacks {shown(lacking)}"] if lacking else []
    parts += [f"has {shown(extra)} more"] if extra else []
    raise Refused(
        "other_columns",
        f'"{other[0]}" {" and ".join(parts)} than "{first[0]}"; the files of one table need the same columns.',
    )
