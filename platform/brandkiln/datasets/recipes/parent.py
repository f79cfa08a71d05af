"""What a recipe reads of the version that it starts from: its records and what checks found in them."""

from collections.abc import Iterator
from itertools import islice

from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.line import Line

CHUNK = 1_000
COLUMNS = (
    "position", "name", "label", "sha256", "split", "text", "fields", "facts", "artifact_id", "thumbnail_id",
)  # fmt: skip


def parent_lines(version: DatasetVersion, positions: list[int] | None = None) -> Iterator[Line]:
    """Yield the version's records in order, or those at the given positions; a query for every thousand."""
    records = version.records.order_by("position").values_list(*COLUMNS)
    after = -1
    while True:
        if positions is None:
            rows = list(records.filter(position__gt=after)[:CHUNK])
        else:
            rows = list(records.filter(position__in=positions[:CHUNK]))
            positions = positions[CHUNK:]
        for position, name, label, sha256, split, text, fields, facts, artifact, thumbnail in rows:
            ids = (artifact and str(artifact), thumbnail and str(thumbnail))
            yield Line(position, name, label, sha256, split, text, fields, facts, *ids)
        if not rows:
            return
        after = int(rows[-1][0])


def with_groups(
    lines: Iterator[Line], version: DatasetVersion, code: str
) -> Iterator[tuple[Line, int | None]]:
    """Yield each record with the group in which a check found it: None where it did not, 0 for a find without group.

    Both come in the order of positions, so neither is held in memory. Of several groups the first counts.
    """
    found = _findings(version, code)
    at, group = next(found, (None, 0))
    for line in lines:
        while at is not None and at < line.position:
            at, group = next(found, (None, 0))
        yield line, group if at == line.position else None


def _findings(version: DatasetVersion, code: str) -> Iterator[tuple[int, int]]:
    findings = version.findings.filter(code=code).order_by("position", "group")
    rows = findings.values_list("position", "group")
    after = -1
    while batch := list(islice(rows.filter(position__gt=after), CHUNK)):
        # A chunk may end between two finds of one record; the first of them is the one that counts.
        yield from batch
        after = batch[-1][0]
