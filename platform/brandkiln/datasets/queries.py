"""Reads of data sets for pages and the API."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from brandkiln.core.tables import plain_cell
from brandkiln.datasets.models import Dataset, DatasetVersion, Record


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records in order, and where the pages beside it are."""

    records: list[Record]
    next: int | None
    """The position to go on behind, or None at the end."""
    previous: int | None
    """The position to go back before, or None at the start."""

    @property
    def first(self) -> int:
        """The number of the first record, counted from 1 in the whole version."""
        return self.records[0].position + 1 if self.records else 0

    @property
    def last(self) -> int:
        """The number of the last record."""
        return self.records[-1].position + 1 if self.records else 0


def with_versions(datasets: "QuerySet[Dataset]") -> "QuerySet[Dataset]":
    """Return the data sets with the versions of each that are not in the trash, the newest first."""
    kept = DatasetVersion.objects.filter(trashed_at=None).defer("report").order_by("-number")
    return datasets.prefetch_related(Prefetch("versions", kept))


def newest_of(versions: "QuerySet[DatasetVersion]") -> "QuerySet[DatasetVersion]":
    """Return of each data set the newest of its versions."""
    newest = versions.filter(dataset=OuterRef("dataset")).order_by("-number").values("pk")[:1]
    return versions.filter(pk=Subquery(newest))


def records_page(
    version: DatasetVersion,
    *,
    after: int = -1,
    before: int | None = None,
    limit: int = 60,
    split: str = "",
    label: str = "",
) -> RecordPage:
    """Return the records behind a position, or those that end before one; never counts and never skips.

    Each filter has an index that is already in order, so a page is as quick at the end of a million as at the start.
    """
    records = version.records.all()
    if split:
        records = records.filter(split=split)
    if label:
        records = records.filter(label=label).exclude(label="")  # as SQLite wants the condition of the index
    if before is None:
        rows = list(records.filter(position__gt=after).order_by("position")[: limit + 1])
        is_more, rows = len(rows) > limit, rows[:limit]
        return RecordPage(rows, rows[-1].position if is_more else None, _previous(records, rows, after))
    rows = list(records.filter(position__lt=before).order_by("-position")[: limit + 1])
    is_more, rows = len(rows) > limit, rows[:limit][::-1]
    last = rows[-1].position if rows else before - 1
    following = last if records.filter(position__gt=last).exists() else None
    return RecordPage(rows, following, rows[0].position if is_more else None)


def _previous(records: "QuerySet[Record]", rows: list[Record], after: int) -> int | None:
    first = rows[0].position if rows else after + 1
    return first if after >= 0 and records.filter(position__lt=first).exists() else None


def label_counts(version: DatasetVersion) -> list[tuple[str, int]]:
    """Return the labels with their numbers of records, the commonest first."""
    counts: dict[str, int] = version.counts.get("label", {})
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


class _Line:
    def write(self, text: str) -> str:
        return text


def faults_csv(faults: list[dict[str, str]]) -> Iterator[str]:
    """Yield the lines of a CSV file with the refused rows and files; no cell begins as a formula would."""
    writer = csv.writer(_Line())
    names = ("where", "code", "message")
    yield writer.writerow(names)
    for fault in faults:
        yield writer.writerow([plain_cell(str(fault.get(name, ""))) for name in names])
