"""Writes about data sets: create one, receive files for it."""

import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.filenames import free_path, safe_filename, safe_path
from brandkiln.datasets.models import Dataset, DatasetVersion, Kind, Upload, UploadFile
from brandkiln.datasets.quotas import DISK_FULL, check_room, check_size, disk_full, scratch
from brandkiln.datasets.readers.limits import Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.writer import LISTED
from brandkiln.datasets.terms import checked_terms
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

CHUNK = 2**20
MEDIA_TYPE = "application/octet-stream"
AUDITED = 20
"""Files of one upload that the audit log names."""


@transaction.atomic
def create_dataset(
    *,
    workspace: Workspace,
    project: Project,
    name: str,
    kind: str,
    actor: User | None,
    description: str = "",
    **terms: Any,
) -> Dataset:
    """Create an empty data set; its content comes by upload.

    Args:
        terms: Where it comes from and whether it may be used, as ``datasets.terms`` names it.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise Unprocessable(_("A data set needs a name."), fields={"name": _("Give the data set a name.")})
    if kind not in Kind.values:
        message = _("A data set holds image, text, table or audio.")
        raise Unprocessable(message, fields={"kind": message})
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(
                workspace=workspace,
                project=project,
                name=name,
                kind=kind,
                description=description,
                created_by=actor,
                **checked_terms(terms),
            )
    except IntegrityError as error:
        taken = Dataset.objects.filter(project=project, name=name).exclude(trashed_at=None).exists()
        text = (
            _('A data set called "%(name)s" lies in the trash; restore it or choose another name.')
            if taken
            else _('The project already has a data set called "%(name)s"; choose another name.')
        )
        message = text % {"name": name}
        raise Conflict(message, fields={"name": message}) from error
    record_audit(
        workspace=workspace, actor=actor, action="dataset.created", subject=name, data={"kind": kind}
    )
    return dataset


def receive_upload(
    *,
    dataset: Dataset,
    file: "UploadedFile[Any] | Path",
    filename: str,
    actor: User | None,
    options: dict[str, Any] | None = None,
    base: DatasetVersion | None = None,
) -> Upload:
    """Keep one file as it came; reading it is the work of an ingest job."""
    return _receive(dataset, [(file, safe_filename(filename))], actor, options, base)


def receive_files(
    *,
    dataset: Dataset,
    files: "Sequence[UploadedFile[Any]]",
    actor: User | None,
    options: dict[str, Any] | None = None,
    base: DatasetVersion | None = None,
) -> Upload:
    """Keep several files that were chosen together, as one upload; each stays the file that it is."""
    if not files:
        raise Unprocessable(_("No file was chosen."), fields={"file": _("Choose at least one file.")})
    taken: set[str] = set()
    named = [(file, free_path(safe_path(file.name or ""), taken)) for file in files]
    return _receive(dataset, named, actor, options, base)


def check_base(dataset: Dataset, base: DatasetVersion | None) -> None:
    """Raise Unprocessable unless records can be added to that version of the data set, SwitchedOff if to none."""
    require_feature(dataset.workspace, "uploads")
    if base is not None and (base.dataset_id != dataset.pk or base.trashed_at is not None):
        message = _("Files can only be added to a version of the same data set that is not in the trash.")
        raise Unprocessable(message, fields={"base": message})


def check_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how files are to be read, as it is kept; raise Unprocessable if no file could be read so."""
    try:
        return Options.of(options).given()
    except Refused as refusal:
        raise Unprocessable(refusal.message, fields={"options": refusal.message}) from refusal


def correct_options(*, upload: Upload, options: Mapping[str, Any]) -> Upload:
    """Keep how the files of an upload are to be read; an upload that was refused is to be read again."""
    upload.options = check_options(options)
    upload.state = Upload.State.RECEIVED
    upload.save(update_fields=["options", "state"])
    return upload


def named_empty(upload: Upload, names: Iterable[str]) -> dict[str, Any]:
    """Return the upload's report with the names of files that hold nothing and so were left out."""
    report: dict[str, Any] = upload.report
    known = [*report.get("empty", ()), *map(safe_path, names)]
    return report | {"empty": known[:LISTED]} if known else report


def shown_name(names: Sequence[str], count: int) -> str:
    """Return what an upload is called: its one file, or how many there are."""
    if count == 1:
        return names[0].rpartition("/")[2]
    return _("%(count)s files") % {"count": f"{count:,}"}


def _receive(
    dataset: Dataset,
    files: "Sequence[tuple[UploadedFile[Any] | Path, str]]",
    actor: User | None,
    options: dict[str, Any] | None,
    base: DatasetVersion | None,
) -> Upload:
    check_base(dataset, base)
    kept: list[UploadFile] = []
    empty: list[str] = []
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="upload-") as folder:
        for position, (file, name) in enumerate(files):
            copy = Path(folder) / str(position)
            try:
                size = _copy(file, copy, name)
            except OSError as error:
                if error.errno in DISK_FULL:
                    raise disk_full(0) from error
                raise
            if size:
                kept.append(UploadFile(position=position, name=name, size=size, received=size))
            else:
                empty.append(name)
        if not kept:
            raise Unprocessable(
                _('"%(name)s" is empty; choose a file with content.') % {"name": empty[0]},
                fields={"file": _("The file is empty.")},
            )
        with transaction.atomic():
            check_room(workspace=dataset.workspace, size=sum(row.size for row in kept))
        for row in kept:
            row.artifact = store.put(
                Path(folder) / str(row.position), workspace=dataset.workspace, media_type=MEDIA_TYPE
            )
    with transaction.atomic():
        upload = Upload.objects.create(
            workspace=dataset.workspace,
            dataset=dataset,
            filename=shown_name([row.name for row in kept], len(kept)),
            options=check_options(options or {}),
            base=base,
            created_by=actor,
        )
        upload.report = named_empty(upload, empty)
        upload.save(update_fields=["report"])
        for row in kept:
            row.upload = upload
        UploadFile.objects.bulk_create(kept, batch_size=500)
        audit_received(upload, actor)
    return upload


def audit_received(upload: Upload, actor: User | None) -> None:
    """Write down what arrived, the files by name and hash as far as a line has room."""
    files = list(upload.files.select_related("artifact"))
    record_audit(
        workspace=upload.workspace,
        actor=actor,
        action="upload.received",
        subject=upload.dataset.name,
        data={
            "filename": upload.filename,
            "size": sum(file.size for file in files),
            "files": [
                {"name": file.name, "sha256": file.artifact.sha256}
                for file in files[:AUDITED]
                if file.artifact
            ],
        },
    )


def _copy(file: "UploadedFile[Any] | Path", path: Path, name: str) -> int:
    size = 0
    with path.open("wb") as target:
        for piece in _pieces(file):
            size += len(piece)
            check_size(name, size)
            target.write(piece)
    return size


def _pieces(file: "UploadedFile[Any] | Path") -> Iterable[bytes]:
    if not isinstance(file, Path):
        yield from file.chunks(CHUNK)
        return
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece
