"""What differs between two versions: records added, removed, changed, relabelled, or moved to another split.

Equal content is matched first, and what is left by name. The result is worked out once on the disk and kept in the
cache as positions alone, so a list pages through a million differences as quickly as through ten.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from brandkiln.datasets.models import DatasetVersion, Record
from brandkiln.datasets.readers.writer import canonical, digest
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.parent import parent_lines
from brandkiln.datasets.scratch import insert, scratch_table

FORMAT = 2
"""Of the kept result; it is part of the file's name, so that one of another format is not read."""
DIFFERENCES = ("added", "removed", "changed", "relabelled", "moved")
_SIDE = "(position INTEGER PRIMARY KEY, name, content, said, label, split)"
_MATCH = """
CREATE TABLE a AS SELECT *, ROW_NUMBER() OVER (PARTITION BY content ORDER BY position) AS k FROM before;
CREATE TABLE b AS SELECT *, ROW_NUMBER() OVER (PARTITION BY content ORDER BY position) AS k FROM after;
CREATE INDEX b_content ON b (content, k);
CREATE TABLE same AS SELECT a.position AS x, b.position AS y, a.label <> b.label AS relabelled,
    a.split <> b.split AS moved, a.said <> b.said AS changed FROM a JOIN b ON a.content = b.content AND a.k = b.k;
CREATE TABLE left_a AS SELECT position, ROW_NUMBER() OVER (PARTITION BY name ORDER BY position) AS k, name, split
    FROM a WHERE position NOT IN (SELECT x FROM same);
CREATE TABLE left_b AS SELECT position, ROW_NUMBER() OVER (PARTITION BY name ORDER BY position) AS k, name, split
    FROM b WHERE position NOT IN (SELECT y FROM same);
CREATE INDEX b_name ON left_b (name, k);
CREATE TABLE named AS SELECT left_a.position AS x, left_b.position AS y, left_a.split <> left_b.split AS moved
    FROM left_a JOIN left_b ON left_a.name = left_b.name AND left_a.k = left_b.k;
"""
_FOUND = """
SELECT 'changed', x, y FROM named
UNION ALL SELECT 'changed', x, y FROM same WHERE changed
UNION ALL SELECT 'relabelled', x, y FROM same WHERE relabelled
UNION ALL SELECT 'moved', x, y FROM same WHERE moved
UNION ALL SELECT 'moved', x, y FROM named WHERE moved
UNION ALL SELECT 'removed', position, NULL FROM left_a WHERE position NOT IN (SELECT x FROM named)
UNION ALL SELECT 'added', NULL, position FROM left_b WHERE position NOT IN (SELECT y FROM named)
"""


@dataclass(frozen=True)
class Difference:
    """A record in both versions, or in one of them."""

    before: Record | None
    after: Record | None


@dataclass(frozen=True)
class Comparison:
    """The differences between two versions."""

    before: DatasetVersion
    after: DatasetVersion
    path: Path
    counts: dict[str, int]
    """Records by what became of them, and those that are the "same"."""

    def page(self, name: str, *, after: int = -1, limit: int = 24) -> tuple[list[Difference], int | None]:
        """Return differences of one name behind a place, and the place to go on behind, or None at the end."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as table:
            query = "SELECT place, x, y FROM found WHERE name = ? AND place > ? ORDER BY place LIMIT ?"
            rows = table.execute(query, (name, after, limit + 1)).fetchall()
        following = rows[limit - 1][0] if len(rows) > limit else None
        rows = rows[:limit]
        old = _records(self.before, [x for _place, x, _y in rows if x is not None])
        new = _records(self.after, [y for _place, _x, y in rows if y is not None])
        return [Difference(old.get(x), new.get(y)) for _place, x, y in rows], following


def compare(*, before: DatasetVersion, after: DatasetVersion) -> Comparison:
    """Return what became of the records of ``before`` in ``after``."""
    parent = settings.CACHE / "compared"
    parent.mkdir(parents=True, exist_ok=True)
    key = canonical([FORMAT, *((str(one.pk), one.sha256, one.record_count) for one in (before, after))])
    path = parent / f"{digest(key.encode())[:32]}.sqlite3"
    if not path.exists():
        _work_out(before, after, path)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as table:
        counts = dict(table.execute("SELECT name, count FROM counts").fetchall())
    found = {name: counts.get(name, 0) for name in DIFFERENCES}
    found["same"] = before.record_count - found["removed"] - found["changed"]
    return Comparison(before, after, path, found)


def _work_out(before: DatasetVersion, after: DatasetVersion, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".working-") as name:
        folder = Path(name)
        with scratch_table(folder, f"before {_SIDE}") as table:
            table.execute(f"CREATE TABLE after {_SIDE}")
            for side, version in (("before", before), ("after", after)):
                statement = f"INSERT INTO {side} VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608  two words of our own
                insert(table, statement, _rows(version))
            table.executescript(_MATCH)
            result = folder / "result"
            table.execute("ATTACH DATABASE ? AS kept", (str(result),))
            table.execute("CREATE TABLE kept.found (place INTEGER PRIMARY KEY, name, x INTEGER, y INTEGER)")
            table.execute(
                f"INSERT INTO kept.found (name, x, y) SELECT * FROM ({_FOUND}) ORDER BY 1, 3, 2"  # noqa: S608
            )
            counted = "SELECT name, COUNT(*) AS count FROM kept.found GROUP BY name"
            table.execute(f"CREATE TABLE kept.counts AS {counted}")
            table.execute("CREATE INDEX kept.by_name ON found (name, place)")
            table.execute("DETACH DATABASE kept")
        os.replace(result, path)  # noqa: PTH105  the atomic move is the point


def _rows(version: DatasetVersion) -> Iterator[tuple[Any, ...]]:
    is_seen = version.dataset.kind in ("image", "audio")
    for line in parent_lines(version):
        said = _said(line) if is_seen else ""
        yield line.position, line.name, line.sha256, said, line.label, line.split


def _said(line: Line) -> str:
    """Return what is said of a picture or a sound beside its content, as a short hash."""
    return digest(canonical([line.text, line.fields]).encode())[:16] if line.text or line.fields else ""


def _records(version: DatasetVersion, positions: list[int]) -> dict[int | None, Record]:
    records = version.records.filter(position__in=positions).select_related("artifact", "thumbnail")
    return {record.position: record for record in records}
