"""Reads of data sets for pages and the API."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from brandkiln.datasets.models import Dataset, DatasetVersion, Record

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records in order, and the position to go on behind, or None at the end."""

    records: list[Record]
    next: int | None


def with_versions(datasets: "QuerySet[Dataset]") -> "QuerySet[Dataset]":
    """Return the data sets with the versions of each that are not in the trash, the newest first."""
    kept = DatasetVersion.objects.filter(trashed_at=None).defer("report").order_by("-number")
    return datasets.prefetch_related(Prefetch("versions", kept))


def records_page(
    version: DatasetVersion, *, after: int = -1, limit: int = 60, split: str = "", label: str = ""
) -> RecordPage:
    """Return the records behind a position, with their files; as quick at the end of a million as at the start."""
    records = version.records.filter(position__gt=after).select_related("artifact", "thumbnail")
    if split:
        records = records.filter(split=split)
    if label:
        records = records.filter(label=label)
    rows = list(records.order_by("position")[: limit + 1])
    following = rows[limit - 1].position if len(rows) > limit else None
    return RecordPage(rows[:limit], following)


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
        yield writer.writerow([_plain(str(fault.get(name, ""))) for name in names])


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
