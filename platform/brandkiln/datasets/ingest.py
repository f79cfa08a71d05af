"""An upload becomes a version: read in a child process, bytes stored, then all rows in one transaction.

Asking twice gives the same version: an upload makes one for each seed, and content that equals the newest makes none.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from brandkiln.artifacts import store
from brandkiln.core.errors import StudioError
from brandkiln.datasets.additions import put_in_front, rule_of
from brandkiln.datasets.bulk import add_records
from brandkiln.datasets.content import Content
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload
from brandkiln.datasets.protection.erased import erased_hashes, leave_out_erased
from brandkiln.datasets.quotas import scratch
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused
from brandkiln.datasets.readers.process import read_in_child
from brandkiln.datasets.readers.writer import LISTED, NAME_LENGTH
from brandkiln.datasets.splits import SplitRule
from brandkiln.datasets.storing import Storing
from brandkiln.workspaces.services import record_audit

Progress = Callable[[int, int, str], None]


class UploadRefused(StudioError):
    """Nothing of the file was taken; the report says why."""

    code, status = "upload_refused", 422

    def __init__(self, message: str, report: dict[str, Any]) -> None:
        super().__init__(message)
        self.report = report


class ReadingFailed(StudioError):
    """The machine could not read the file, which may be fine; the upload can be read again."""

    code, status = "reading_failed", 500


def ingest_upload(
    upload: Upload, *, split_seed: int = 0, report_progress: Progress, limits: Limits | None = None
) -> DatasetVersion:
    """Read the upload and return the version that holds its records.

    Raises:
        UploadRefused: If the file can't be trusted or holds no record that can be used.
        ReadingFailed: If the machine could not read it; asking again may help.
    """
    if version := _made_before(upload, split_seed):
        return version
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="ingest-") as name:
        folder = Path(name)
        with (
            Storing(upload.workspace, folder) as storing,
            Content(upload.dataset.kind, folder, split_seed=split_seed, on_file=storing.add) as content,
        ):
            _read(upload, content, report_progress, limits or Limits())
            report = content.report()  # this and the hash take a while, so they come before the transaction
            if newest := _same_as_newest(upload, content.sha256):
                storing.release()
                return _mark_unchanged(upload, newest, report_progress)
            accepted = content.seen["accepted"]
            report_progress(accepted, accepted, "Storing")
            storing.finish()
            return _keep(upload, content, report, storing)


def _read(upload: Upload, content: Content, report_progress: Progress, limits: Limits) -> None:
    erased = erased_hashes(upload.workspace_id)

    def progress(done: int, total: int) -> None:
        report_progress(done, total, "Reading and checking")
        content.take(without=erased)

    kind, base, folder = content.kind, upload.base, content.folder
    try:
        seen = read_in_child(
            files=_files(upload),
            kind=kind,
            folder=folder,
            limits=limits,
            options=upload.options,
            progress=progress,
        )
        content.take(without=erased)
        _name_empty(upload, seen)
        leave_out_erased(erased, folder, seen)
        if not seen["accepted"]:
            raise Refused("no_records", _nothing_left(seen))
        if base is not None:
            put_in_front(base, folder, seen)
            seen["added_to"] = {"version": base.number, "records": base.record_count}
    except Refused as refusal:
        report = {"code": refusal.code, "message": refusal.message}
        if refusal.code == "no_records":
            report |= {name: seen[name] for name in ("accepted", "refused", "reasons", "faults")}
        _mark_refused(upload, report)
        raise UploadRefused(refusal.message, report) from refusal
    except ReaderFailed as failure:
        message = f"The file could not be read on this machine: {failure}. Free some space and retry the job."
        raise ReadingFailed(message) from failure
    rule = rule_of(base) if base else SplitRule()
    content.finish(seen, rule=rule)


def _name_empty(upload: Upload, seen: dict[str, Any]) -> None:
    """Add the files that were left out because they hold nothing to what was refused."""
    for name in upload.report.get("empty", ()):
        seen["refused"] += 1
        seen["reasons"]["empty_file"] = seen["reasons"].get("empty_file", 0) + 1
        if len(seen["faults"]) < LISTED:
            fault = {"where": name[:NAME_LENGTH], "code": "empty_file", "message": "The file is empty."}
            seen["faults"].append(fault)


def _kept_of(upload: Upload) -> dict[str, Any]:
    """Return what a report keeps whatever comes of the upload."""
    return {"empty": upload.report["empty"]} if "empty" in upload.report else {}


def _files(upload: Upload) -> list[tuple[Path, str]]:
    """Return the files in the order of their names, so that the order in which they came changes nothing."""
    files = sorted(upload.files.select_related("artifact"), key=lambda file: (file.name, file.position))
    gone = [file.name for file in files if file.artifact is None]
    if gone or not files:
        name = gone[0] if gone else upload.filename
        raise Refused("gone", f'"{name}" is no longer kept, so it can\'t be read. Bring it again.')
    return [(store.local_path(file.artifact), file.name) for file in files if file.artifact]


def _nothing_left(seen: dict[str, Any]) -> str:
    if not seen["refused"]:
        return "The file holds no records; choose a file with content."
    return f"None of the {seen['refused']:,} records could be used. The first: {seen['faults'][0]['message']}"


@transaction.atomic
def _keep(upload: Upload, content: Content, report: dict[str, Any], storing: Storing) -> DatasetVersion:
    dataset = Dataset.objects.select_for_update().get(pk=upload.dataset_id)
    if version := _made_before(upload, content.split_seed):
        return version  # another attempt at the same job was faster
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    version = DatasetVersion.objects.create(
        workspace_id=upload.workspace_id,
        dataset=dataset,
        number=last + 1,
        sha256=content.sha256,
        split_seed=content.split_seed,
        split_rule=content.rule.model_dump(mode="json"),
        parent=upload.base,
        record_count=len(content.splits),
        counts=content.counts,
        labels=content.labels,
        columns=content.columns,
        report=report,
        upload=upload,
    )
    add_records(content.rows(version.pk, storing.ids()))
    storing.settle()
    upload.state = Upload.State.INGESTED
    upload.save(update_fields=["state"])
    record_audit(
        workspace=upload.workspace,
        actor=upload.created_by,
        action="dataset_version.created",
        subject=str(version),
        data={"sha256": version.sha256, "records": version.record_count, "split_seed": version.split_seed},
    )
    return version


def _made_before(upload: Upload, split_seed: int) -> DatasetVersion | None:
    return upload.versions.filter(split_seed=split_seed).first()


def _same_as_newest(upload: Upload, sha256: str) -> DatasetVersion | None:
    newest = upload.dataset.versions.filter(trashed_at=None).order_by("-number").first()
    return newest if newest and newest.sha256 == sha256 else None


def _mark_unchanged(upload: Upload, newest: DatasetVersion, report_progress: Progress) -> DatasetVersion:
    message = f"The content is the same as version {newest.number}, so no new version was made."
    upload.state, upload.report = (
        Upload.State.INGESTED,
        _kept_of(upload) | {"code": "unchanged", "message": message, "version": newest.number},
    )
    upload.save(update_fields=["state", "report"])
    report_progress(newest.record_count, newest.record_count, message)
    return newest


def _mark_refused(upload: Upload, report: dict[str, Any]) -> None:
    upload.state, upload.report = Upload.State.REFUSED, _kept_of(upload) | report
    upload.save(update_fields=["state", "report"])
