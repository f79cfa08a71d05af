"""A table on the disk for work that would not fit into memory: sorting, grouping, joining."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

BATCH = 10_000


@contextmanager
def scratch_table(folder: Path, declared: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a table that is forgotten afterwards; sorting and joining happen on the disk."""
    path = folder / f"{declared.split()[0]}.sqlite3"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for setting in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-4000"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(f"CREATE TABLE {declared}")
        yield connection
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def insert(connection: sqlite3.Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert many rows, some thousand in each transaction."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        connection.execute("BEGIN")
        connection.executemany(statement, batch)
        connection.execute("COMMIT")
