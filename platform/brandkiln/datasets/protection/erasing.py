"""Taking one record out of data: every function is one step, may be repeated, and says what it did.

Versions are immutable, so the newest version of each data set gets a successor without the record. From the versions
before it the record is deleted as well: they keep their number and the hash of their manifest, as a trace of what they
were, and note that something is missing. From then on nothing learns from them.
"""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brandkiln.artifacts.removal import release
from brandkiln.core.models import User
from brandkiln.datasets.derive import derive_version
from brandkiln.datasets.models import (
    Annotation,
    Dataset,
    DatasetVersion,
    Erasure,
    Finding,
    PersonalDataScan,
    QualityReport,
    Record,
    Upload,
)
from brandkiln.datasets.protection.erased import forget_values
from brandkiln.datasets.protection.tracing import trace, uploads_with
from brandkiln.datasets.recipes.registry import parse_recipe
from brandkiln.datasets.splits import parse_rule

Progress = Callable[[int, int, str], None]


@transaction.atomic
def note_reach(erasure: Erasure) -> None:
    """Write down what the erasure has to reach, since once records are gone it could not be found again."""
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    found = trace(erasure.workspace_id, erasure.content_sha256)
    before = erasure.reached
    uploads = {str(upload.pk) for upload in uploads_with(found)}
    erasure.reached = before | {
        "hashes": sorted({erasure.content_sha256, *found.hashes, *before.get("hashes", ())}),
        "versions": sorted({*map(str, found.versions), *before.get("versions", ())}),
        "uploads": sorted({*uploads, *before.get("uploads", ())}),
        "records": max(sum(found.versions.values()), before.get("records", 0)),
    }
    erasure.save(update_fields=["reached"])


def make_successors(erasure: Erasure, actor: User | None, report_progress: Progress) -> list[DatasetVersion]:
    """Return a new version without the record for each data set whose newest version holds it and keeps others."""
    hashes = erasure.reached["hashes"]
    made = []
    datasets = Dataset.objects.filter(
        versions__pk__in=erasure.reached["versions"], trashed_at=None
    ).distinct()
    for dataset in datasets:
        newest = DatasetVersion.objects.filter(dataset=dataset, trashed_at=None).order_by("-number").first()
        if newest is None or not newest.records.filter(sha256__in=hashes).exists():
            continue
        if not newest.records.exclude(sha256__in=hashes).exists():
            continue  # it held nothing else
        made.append(
            derive_version(
                parent=newest,
                recipe=parse_recipe([{"step": "erase_records", "sha256": hashes}], kind=dataset.kind),
                split_rule=parse_rule({"by": "keep"}),
                split_seed=newest.split_seed,
                actor=actor,
                report_progress=report_progress,
                origin=DatasetVersion.Origin.ERASURE,
                key=f"erase-{erasure.pk}-{newest.pk}",
            )
        )
    return made


@transaction.atomic
def blank_version(erasure: Erasure, version_id: UUID) -> int:
    """Delete the record from a version with everything that was found out about it; return how many rows it was."""
    version = DatasetVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        return 0
    records = Record.objects.filter(version=version, sha256__in=erasure.reached["hashes"])
    rows = list(records.values_list("position", "split", "label", "artifact_id", "thumbnail_id"))
    if not rows:
        return 0
    positions = [row[0] for row in rows]
    Annotation.objects.filter(version=version, position__in=positions).delete()
    Finding.objects.filter(version=version, position__in=positions).delete()
    _forget_reports(version)
    records.delete()
    release(pk for row in rows for pk in row[3:])
    counts = version.counts
    for name, place in (("split", 1), ("label", 2)):
        gone = Counter(row[place] for row in rows)
        counts[name] = {key: count - gone[key] for key, count in counts.get(name, {}).items()}
    forget_values(version.report)
    erased = [*version.report.get("erased", ()), {"at": timezone.now().isoformat(), "records": len(rows)}]
    version.report |= {"erased": erased}
    version.record_count = max(0, version.record_count - len(rows))
    version.counts = counts
    version.save(update_fields=["report", "record_count", "counts"])
    return len(rows)


@transaction.atomic
def drop_files(erasure: Erasure) -> int:
    """Release every uploaded file that may hold the record; return how many."""
    dropped = 0
    for upload in Upload.objects.select_for_update().filter(pk__in=erasure.reached["uploads"]):
        files = list(upload.files.exclude(artifact=None).values_list("artifact_id", flat=True))
        upload.files.update(artifact=None)
        release(files)
        upload.report = upload.report | {"erased": timezone.now().isoformat()}
        upload.save(update_fields=["report"])
        dropped += len(files)
    return dropped


def _forget_reports(version: DatasetVersion) -> None:
    """Delete what was computed of the version's records; a check computes it again without the record."""
    reports = QualityReport.objects.filter(version=version)
    release(pk for row in reports.values_list("features_id", "vectors_id") for pk in row)
    reports.delete()
    for scan in PersonalDataScan.objects.filter(version=version):
        found = [one | {"examples": []} for one in scan.summary.get("found", ())]
        scan.summary = scan.summary | {"found": found}
        scan.save(update_fields=["summary"])
