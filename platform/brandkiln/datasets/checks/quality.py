"""The check of a version: one pass over its records, then what belongs together.

Nothing is written before everything is known; then findings and figures replace those of an earlier check in one
transaction. Outliers come from an inspection and stay (checks/features.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.datasets.checks.codes import CODES
from brandkiln.datasets.checks.figures import Found, figures_for
from brandkiln.datasets.checks.groups import Groups, Look, alike_pictures
from brandkiln.datasets.checks.members import Members
from brandkiln.datasets.checks.minhash import Signatures
from brandkiln.datasets.models import DatasetVersion, Finding, Kind, QualityReport
from brandkiln.datasets.quotas import scratch

Progress = Callable[[int, int, str], None]
FORMAT = 1
CHUNK = 1_000
UNEVEN = 10
"""How many times as many records the largest label may have as the smallest before that is worth a word."""
BY_INSPECTION = ("outlier",)
"""Codes that an inspection finds; a check leaves them as they are."""

Row = tuple[int, str, str, str, str, dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Checked:
    """What a check found."""

    summary: dict[str, Any]
    findings: list[Found]


def check_version(version: DatasetVersion, report_progress: Progress) -> Checked:
    """Return the figures and findings of a version; reads only.

    Args:
        report_progress: Called often; what it raises ends the check, and nothing has been written.
    """
    kind = version.dataset.kind
    with TemporaryDirectory(dir=scratch(), prefix="check-") as folder:
        columns: list[dict[str, Any]] = version.report.get("columns", [])
        figures, members = figures_for(kind, columns), Members()
        near = _Near(kind, Path(folder))
        labels: Counter[str] = Counter()
        for done, row in enumerate(_rows(version)):
            position, sha256, split, label, text, facts, fields = row
            if done % CHUNK == 0:
                report_progress(done, version.record_count, _("Looking at each record"))
            figures.see(position, text, facts, fields)
            labels[label] += 1
            if members.add(position, sha256, label, split):
                near.see(text, facts)
        groups = near.groups(
            lambda done, total: report_progress(done, total, _("Looking for near duplicates"))
        )
        findings = [*members.findings(groups), *figures.findings()]
    summary = {
        "format": FORMAT,
        "records": labels.total(),
        "unmeasured": near.unmeasured,
        "touched": len({position for code, position, _group, _score in findings if code in CODES}),
        "codes": _counts(findings),
        "labels": _labels(labels),
        "histograms": {
            name: bins for name, histogram in figures.histograms.items() if (bins := histogram.bins())
        },
        **figures.summary(),
    }
    return Checked(summary, findings)


@transaction.atomic
def keep_check(version: DatasetVersion, checked: Checked) -> None:
    """Replace what an earlier check found."""
    DatasetVersion.objects.select_for_update().get(pk=version.pk)
    summary = checked.summary | {"at": timezone.now().isoformat()}
    QualityReport.objects.update_or_create(
        version=version, defaults={"workspace_id": version.workspace_id, "summary": summary}
    )
    Finding.objects.filter(version=version).exclude(code__in=BY_INSPECTION).delete()
    add_findings(version, checked.findings)


def add_findings(version: DatasetVersion, findings: Iterable[Found]) -> None:
    """Insert findings in portions, so that many take little memory."""
    rows = (
        Finding(version=version, code=code, position=position, group=group, score=score)
        for code, position, group, score in findings
    )
    while portion := list(islice(rows, CHUNK)):
        Finding.objects.bulk_create(portion)


class _Near:
    """Collects what contents look or sound like, and finds those that nearly equal others."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.unmeasured = 0
        self._kind = kind
        self._looks: list[Look] = []
        self._signatures = Signatures(folder / "signatures") if kind == Kind.TEXT else None
        self._places: list[int] = []
        self._seen = 0

    def see(self, text: str, facts: dict[str, Any]) -> None:
        if self._signatures:
            self._signatures.add(text)
            self._places.append(self._seen)
        elif self._kind == Kind.IMAGE:
            if look := Look.of(facts):
                self._looks.append(look)
                self._places.append(self._seen)
            else:
                self.unmeasured += 1
        self._seen += 1

    def groups(self, report: Callable[[int, int], None]) -> Groups:
        found = Groups()
        links = self._signatures.links(report) if self._signatures else alike_pictures(self._looks, report)
        found.join((self._places[one], self._places[other], alike) for one, other, alike in links)
        if self._signatures:
            self._signatures.close()
        return found


def _rows(version: DatasetVersion) -> Iterator[Row]:
    """Yield all records in order, a query for every thousand, so that no other writer waits for a long reading."""
    records = version.records.order_by("position").values_list(
        "position", "sha256", "split", "label", "text", "facts", "fields"
    )
    after = -1
    while rows := list(records.filter(position__gt=after)[:CHUNK]):
        yield from rows
        after = rows[-1][0]


def _counts(findings: list[Found]) -> dict[str, dict[str, int]]:
    """Return for each code how many records it names and in how many groups."""
    records: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for code, _position, group, _score in findings:
        records[code] += 1
        groups[code] = max(groups[code], group)
    return {code: {"records": records[code], "groups": groups[code]} for code in sorted(records)}


def _labels(labels: Counter[str]) -> dict[str, Any]:
    """Return what there is to say of the labels beside their counts, which the version itself holds."""
    unlabelled = labels[""]
    named = [(count, label) for label, count in labels.items() if label]
    if not named:
        return {"unlabelled": unlabelled, "classes": 0}
    (most, largest), (least, smallest) = max(named), min(named)
    return {
        "unlabelled": unlabelled,
        "classes": len(named),
        "largest": [largest, most],
        "smallest": [smallest, least],
        "uneven": most >= UNEVEN * least,
    }
