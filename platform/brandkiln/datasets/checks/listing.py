"""Reads of what a check found, for pages, downloads and the API; each list goes on behind its last row."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count

from brandkiln.core.tables import plain_cell
from brandkiln.datasets.models import DatasetVersion, Finding, Record

MEMBERS = 8
"""Records of a group that are shown; a group may have thousands."""
CHUNK = 1_000
CSV_COLUMNS = ("code", "group", "position", "name", "label", "split", "score", "sha256")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with its record."""

    finding: Finding
    record: Record


@dataclass(frozen=True, slots=True)
class Group:
    """Records that a check put together."""

    number: int
    members: list[Shown]
    size: int

    @property
    def hidden(self) -> int:
        return self.size - len(self.members)


@dataclass(frozen=True, slots=True)
class Listing:
    """Some findings of one code, and where to go on, or None at the end."""

    groups: list[Group]
    records: list[Shown]
    next: int | None


def findings_of(version: DatasetVersion, code: str, *, after: int = 0, limit: int = 24) -> Listing:
    """Return findings of one code in the order in which they were found.

    Args:
        after: The last group, or of findings without a group the last finding's id.
    """
    findings = Finding.objects.filter(version=version, code=code)
    if findings.filter(group__gt=0).exists():
        counted = (
            findings.filter(group__gt=after).values("group").annotate(size=Count("id")).order_by("group")
        )
        sizes = [(one["group"], one["size"]) for one in counted[: limit + 1]]
        rows = [
            row
            for number, _ in sizes[:limit]
            for row in findings.filter(group=number).order_by("position")[:MEMBERS]
        ]
        groups = _groups(with_records(version, rows), dict(sizes))
        return Listing(groups, [], sizes[limit - 1][0] if len(sizes) > limit else None)
    rows = list(findings.filter(id__gt=after).order_by("id")[: limit + 1])
    return Listing([], with_records(version, rows[:limit]), rows[limit - 1].pk if len(rows) > limit else None)


def worst_of(version: DatasetVersion, code: str, *, limit: int, largest: bool) -> list[Shown]:
    """Return the findings of one code with the most telling scores."""
    order = ["-score" if largest else "score", "id"]
    return with_records(
        version, list(Finding.objects.filter(version=version, code=code).order_by(*order)[:limit])
    )


def with_records(version: DatasetVersion, findings: list[Finding]) -> list[Shown]:
    """Return the findings with the records that they point at; one whose record was erased is left out."""
    wanted = {finding.position for finding in findings}
    records = version.records.filter(position__in=wanted).select_related("artifact", "thumbnail")
    by_position = {record.position: record for record in records}
    return [Shown(one, by_position[one.position]) for one in findings if one.position in by_position]


def counts_of(version: DatasetVersion) -> dict[str, tuple[int, int]]:
    """Return for each code how many records it names and in how many groups."""
    found: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = Finding.objects.filter(version=version).values("code")
    for one in rows.annotate(records=Count("id"), groups=Count("group", distinct=True)).order_by():
        found[one["code"]] = (one["records"], one["groups"])
    return dict(found)


def findings_csv(version: DatasetVersion, code: str) -> Iterator[str]:
    """Yield the lines of a CSV file with all findings of a code; no cell begins as a formula would."""
    writer = csv.writer(_Line())
    yield writer.writerow(CSV_COLUMNS)
    findings = Finding.objects.filter(version=version, code=code).order_by("id")
    after = 0
    while rows := list(findings.filter(id__gt=after)[:CHUNK]):
        after = rows[-1].pk
        for one in with_records(version, rows):
            score = "" if one.finding.score is None else one.finding.score
            record = one.record
            cells = (
                code,
                one.finding.group or "",
                record.position,
                record.name,
                record.label,
                record.split,
                score,
            )
            yield writer.writerow([plain_cell(str(cell)) for cell in (*cells, record.sha256)])


class _Line:
    def write(self, text: str) -> str:
        return text


def _groups(shown: list[Shown], sizes: dict[int, int]) -> list[Group]:
    return [
        Group(number, list(members), sizes[number])
        for number, members in groupby(shown, key=lambda one: one.finding.group)
    ]
