"""Adds many records quickly, so that a large version holds the database's write lock for seconds only."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections, router

from brandkiln.datasets.models import Record

BATCH = 1_000
COLUMNS = (
    "version", "position", "name", "sha256", "split", "label", "artifact", "thumbnail", "text", "fields", "facts",
)  # fmt: skip
_to_json = json.JSONEncoder(separators=(",", ":")).encode
_SPECIAL = re.compile(r"[\\\t\n\r]")
_NULL = r"\N"
_ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def add_records(rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of values in the order of COLUMNS, references as ids; fields and facts may be JSON already.

    COPY on PostgreSQL, whose server works on one batch while the next is written here; one prepared statement for
    every row on SQLite.
    """
    connection = connections[router.db_for_write(Record)]
    by_name = {field.name: field for field in Record._meta.concrete_fields}
    quote = connection.ops.quote_name

    def quoted(names: Iterable[str]) -> str:
        return ", ".join(quote(str(by_name[name].column)) for name in names)

    table = quote(Record._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted(COLUMNS)}) FROM STDIN") as copy:
                for block in _blocks(rows):
                    copy.write(block)
            return
        values = ", ".join(["%s"] * len(COLUMNS))
        statement = f"INSERT INTO {table} ({quoted(COLUMNS)}) VALUES ({values})"  # noqa: S608  our own names
        prepared = map(_prepared, rows)
        while batch := list(islice(prepared, BATCH)):
            cursor.executemany(statement, batch)


def _blocks(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Yield many rows at once as COPY reads them."""
    prepared = map(_prepared, rows)
    while batch := list(islice(prepared, BATCH)):
        block = "".join(map(_line, batch))
        nulls = sum((row[6] is None) + (row[7] is None) for row in batch)
        expected = (nulls, len(batch), 0, len(batch) * (len(COLUMNS) - 1))
        if tuple(map(block.count, "\\\n\r\t")) != expected:
            block = "".join(_line(tuple(map(_escaped, row))) for row in batch)
        yield block


def _prepared(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row with ids and JSON as both databases take them."""
    version, position, name, sha256, split, label, artifact, thumbnail, text, fields, facts = row
    return (
        _key(version), position, name, sha256, split, label, _key(artifact), _key(thumbnail), text,
        fields if type(fields) is str else _to_json(fields), facts if type(facts) is str else _to_json(facts),
    )  # fmt: skip


def _line(row: tuple[Any, ...]) -> str:
    """Return a row as COPY reads it, where nothing in it needs to be escaped."""
    version, position, name, sha256, split, label, artifact, thumbnail, text, fields, facts = row
    return (
        f"{version}\t{position}\t{name}\t{sha256}\t{split}\t{label}\t{artifact or _NULL}\t{thumbnail or _NULL}\t"
        f"{text}\t{fields}\t{facts}\n"
    )


def _key(value: UUID | str | None) -> str | None:
    """Return an id as 32 hexadecimal digits."""
    if not value:
        return None
    return value.replace("-", "") if isinstance(value, str) else value.hex


def _escaped(value: Any) -> Any:
    return _SPECIAL.sub(lambda found: _ESCAPED[found[0]], value) if isinstance(value, str) else value
