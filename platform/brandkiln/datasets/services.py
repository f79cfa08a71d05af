"""Writes about data sets: create one, receive files for it, delete it."""

import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import Dataset, Kind, Upload, UploadFile
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

CHUNK = 2**20
NAME_LENGTH = 255


@transaction.atomic
def create_dataset(
    *,
    workspace: Workspace,
    project: Project,
    name: str,
    kind: str,
    actor: User | None,
    description: str = "",
    licence: str = "",
    source: str = "",
) -> Dataset:
    """Create an empty data set; its content comes by upload."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise Unprocessable(_("A data set needs a name."), fields={"name": _("Give the data set a name.")})
    if kind not in Kind.values:
        message = _("A data set holds image, text or table.")
        raise Unprocessable(message, fields={"kind": message})
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(
                workspace=workspace,
                project=project,
                name=name,
                kind=kind,
                description=description,
                licence=licence,
                source=source,
                created_by=actor,
            )
    except IntegrityError as error:
        message = _('The project already has a data set called "%(name)s"; choose another name.') % {
            "name": name
        }
        raise Conflict(message, fields={"name": message}) from error
    record_audit(
        workspace=workspace, actor=actor, action="dataset.created", subject=name, data={"kind": kind}
    )
    return dataset


def receive_upload(
    *, dataset: Dataset, file: "UploadedFile[Any] | Path", filename: str, actor: User | None
) -> Upload:
    """Keep one file as it came; reading it is the work of an ingest job."""
    name = safe_filename(filename)
    with tempfile.TemporaryDirectory(dir=_scratch(), prefix="upload-") as folder:
        copy = Path(folder) / "file"
        with copy.open("wb") as target:
            size = _copy(_pieces(file), target, name=name, limit=settings.UPLOAD_LIMIT)
        if not size:
            raise Unprocessable(
                _('"%(name)s" is empty; choose a file with content.') % {"name": name},
                fields={"file": _("The file is empty.")},
            )
        return _keep(dataset, copy, name, actor)


def receive_files(*, dataset: Dataset, files: "Sequence[UploadedFile[Any]]", actor: User | None) -> Upload:
    """Keep several files that were chosen together, packed into one ZIP without compression."""
    if len(files) == 1:
        return receive_upload(dataset=dataset, file=files[0], filename=files[0].name or "", actor=actor)
    if not files:
        raise Unprocessable(_("No file was chosen."), fields={"file": _("Choose at least one file.")})
    with tempfile.TemporaryDirectory(dir=_scratch(), prefix="upload-") as folder:
        packed = Path(folder) / "files.zip"
        left, taken = settings.UPLOAD_LIMIT, set[str]()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for file in files:
                name = _free_name(safe_filename(file.name or ""), taken)
                entry = zipfile.ZipInfo(name)  # a fixed date, so that the same files give the same bytes
                with archive.open(entry, "w", force_zip64=True) as target:
                    left -= _copy(_pieces(file), cast(BinaryIO, target), name=name, limit=left)
        return _keep(dataset, packed, f"{len(files)} files.zip", actor)


@transaction.atomic
def delete_dataset(*, dataset: Dataset, actor: User | None) -> None:
    """Delete a data set with its versions, where nothing that was made of it still needs it."""
    record_audit(workspace=dataset.workspace, actor=actor, action="dataset.deleted", subject=dataset.name)
    dataset.delete()


def safe_filename(filename: str) -> str:
    """Return the last part of a path that a browser sent, as NFC and without control characters."""
    last = (
        unicodedata.normalize("NFC", filename.encode("utf-8", "replace").decode())
        .replace("\\", "/")
        .split("/")[-1]
    )
    name = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < 16:
        return f"{stem[: NAME_LENGTH - len(suffix) - 1]}.{suffix}"
    return name[:NAME_LENGTH] or "upload"


def _keep(dataset: Dataset, path: Path, filename: str, actor: User | None) -> Upload:
    artifact = store.put(path, workspace=dataset.workspace, media_type="application/octet-stream")
    with transaction.atomic():
        upload = Upload.objects.create(
            workspace=dataset.workspace,
            dataset=dataset,
            filename=filename,
            created_by=actor,
        )
        UploadFile.objects.create(
            upload=upload, name=filename, size=artifact.size, received=artifact.size, artifact=artifact
        )
        record_audit(
            workspace=dataset.workspace,
            actor=actor,
            action="upload.received",
            subject=dataset.name,
            data={"filename": filename, "size": artifact.size, "sha256": artifact.sha256},
        )
    return upload


def _copy(pieces: Iterable[bytes], target: BinaryIO, *, name: str, limit: int) -> int:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise Unprocessable(
                _(
                    '"%(name)s" is larger than the %(limit)d MiB that one upload may have; split it or raise the limit.'
                )
                % {"name": name, "limit": settings.UPLOAD_LIMIT // 2**20},
                fields={"file": _("The file is too large.")},
            )
        target.write(piece)
    return size


def _pieces(file: "UploadedFile[Any] | Path") -> Iterable[bytes]:
    if not isinstance(file, Path):
        yield from file.chunks(CHUNK)
        return
    with file.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        stem, dot, suffix = name.rpartition(".")
        free = f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"
    taken.add(free.casefold())
    return free


def _scratch() -> Path:
    folder: Path = settings.SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    return folder
