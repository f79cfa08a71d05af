"""A look at the head of a file before anything is stored: how it would be read, for a person to correct."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.columns import ColumnType, TypeFinder, find_types
from brandkiln.datasets.readers.files import Source
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.pairs import find_image_column, is_listing
from brandkiln.datasets.readers.rows import TextColumns, find_label, find_text
from brandkiln.datasets.readers.sources import open_sources
from brandkiln.datasets.readers.tables import Table, open_table
from brandkiln.datasets.readers.texts import DOCUMENTS

ROWS = 20
"""Rows that are shown."""
CELL_LENGTH = 200


def look(
    path: Path, name: str, *, kind: str, folder: Path, limits: Limits, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how the file would be read, its columns with their likely types, and its first rows.

    Of an archive the first file that holds rows or texts is looked at.

    Raises:
        Refused: If it can't be read so.
    """
    chosen = Options.of(options)
    with open_sources([(path, name)], limits) as opened:
        source = next((one for one in opened.files if _has_rows(one, kind)), None)
        found: dict[str, Any] = {"files": len(opened.files), "columns": [], "rows": [], **chosen.given()}
        if source is None:
            return found
        try:
            with source.on_disk(folder) as plain:
                return found | {"file": source.name} | _look(plain, source, kind, chosen, limits)
        except Fault as fault:
            raise Refused(fault.code, fault.message) from fault


def _has_rows(source: Source, kind: str) -> bool:
    if kind == "image":
        return is_listing(source.name)
    return kind == "table" or (kind == "text" and source.suffix not in DOCUMENTS)


def _look(path: Path, source: Source, kind: str, options: Options, limits: Limits) -> dict[str, Any]:
    table = open_table(path, source.suffix, options, limits, flat=kind != "text")
    shown, finders = _head(table, options)
    names = tuple(finders)
    columns, numbers = find_types(finders, options.numbers, table.layout.get("delimiter"))
    found: dict[str, Any] = {
        **table.layout,
        "numbers": numbers,
        "columns": [_said(name, column) for name, column in columns.items()],
        "rows": [[_cell(fields.get(name)) for name in names] for fields in shown],
        "text_column": None,
        "label_column": find_label(names, options, "table" if kind == "table" else "text"),
    }
    if kind == "image":
        found |= {"image_column": find_image_column(names, options), "text_column": find_text(names, options)}
    elif kind == "text":
        try:
            found["text_column"] = TextColumns.of(names, options).text
        except Refused:
            if options.text_column:
                raise
    return found


def _said(name: str, column: ColumnType) -> dict[str, Any]:
    more = {"numbers": column.style, "hint": column.hint}
    return {"name": name, "type": column.type} | {key: value for key, value in more.items() if value}


def _head(table: Table, options: Options) -> tuple[list[dict[str, Any]], dict[str, TypeFinder]]:
    finders = {name: TypeFinder(options.numbers) for name in table.columns}
    shown: list[dict[str, Any]] = []
    for number, fields in table.head():
        for name, value in fields.items():
            finder = finders.setdefault(name, TypeFinder(options.numbers))
            finder.see(value if not isinstance(value, dict | list) else str(value), f"row {number}")
        if len(shown) < ROWS:
            shown.append(fields)
    return shown, finders


def _cell(value: Any) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:CELL_LENGTH]
