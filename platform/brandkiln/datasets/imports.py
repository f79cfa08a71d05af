"""Files that an admin brings from a place on the server or from a bucket, as an upload like any other."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.arriving import expiry
from brandkiln.datasets.filenames import free_path, safe_path
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload, UploadFile
from brandkiln.datasets.places import Found, Place, find_place
from brandkiln.datasets.quotas import DISK_FULL, check_room, check_size, disk_full, scratch
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.writer import LISTED
from brandkiln.datasets.services import (
    MEDIA_TYPE,
    audit_received,
    check_base,
    check_options,
    named_empty,
    shown_name,
)
from brandkiln.workspaces.services import record_audit

Progress = Callable[[int, int, str], None]
MOST_FILES = Limits().entries


@transaction.atomic
def begin_import(
    *,
    dataset: Dataset,
    place: str,
    path: str,
    actor: User | None,
    options: dict[str, Any] | None = None,
    base: DatasetVersion | None = None,
) -> Upload:
    """Return an upload whose files a job will fetch from below the path.

    Raises:
        NotFound: If the workspace may not import from the place, or nothing lies there.
        Unprocessable: If the path leads out of it or holds a link.
    """
    check_base(dataset, base)
    found = find_place(dataset.workspace, place)
    if next(iter(found.files(path)), None) is None:
        message = _("There is no file below “%(path)s”.") % {"path": path or found.name}
        raise Unprocessable(message, fields={"path": message})
    upload = Upload.objects.create(
        workspace=dataset.workspace,
        dataset=dataset,
        filename=f"{found.name}/{path}".rstrip("/")[-255:],
        state=Upload.State.RECEIVING,
        options=check_options(options or {}),
        base=base,
        created_by=actor,
        expires_at=expiry(),
    )
    record_audit(
        workspace=dataset.workspace,
        actor=actor,
        action="import.requested",
        subject=dataset.name,
        data={"place": found.root, "path": path},
    )
    return upload


def fetch_import(*, upload: Upload, place: str, path: str, report_progress: Progress) -> Upload:
    """Bring the files of an import and close its upload; what an attempt before brought is not brought again.

    Raises:
        FileTooLarge, OverQuota, DiskFull: If there is no room.
        BucketFailed: If the bucket fails.
    """
    if upload.state != Upload.State.RECEIVING:
        return upload
    found = find_place(upload.workspace, place)
    files, empty = _listed(found.files(path))
    if empty and "empty" not in upload.report:
        upload.report = named_empty(upload, (_below(one, path) for one in empty))
        upload.save(update_fields=["report"])
    total = sum(one.size for one in files)
    kept = {file.position: file for file in upload.files.select_related("artifact")}
    with transaction.atomic():
        check_room(workspace=upload.workspace, size=total - sum(file.size for file in kept.values()))
    taken: set[str] = set()
    done = 0
    for position, one in enumerate(files):
        name = free_path(safe_path(_below(one.path, path)), taken)
        report_progress(done, total, _("Fetching %(name)s") % {"name": name[-120:]})
        if position not in kept:
            _fetch(upload, found, one, position, name)
        done += one.size
    return _close(upload)


def _listed(found: Iterable[Found]) -> tuple[list[Found], list[str]]:
    """Return the files with content, and the paths of those without."""
    files: list[Found] = []
    empty: list[str] = []
    for one in found:
        check_size(one.path, one.size)
        if one.size:
            files.append(one)
        elif len(empty) < LISTED:
            empty.append(one.path)
        if len(files) > MOST_FILES:
            raise Unprocessable(
                _("There are more than %(most)s files; import them in parts.") % {"most": f"{MOST_FILES:,}"}
            )
    if not files:
        raise Unprocessable(_("There is no file with content there any more."))
    return files, empty


def _fetch(upload: Upload, place: Place, one: Found, position: int, name: str) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=scratch(), prefix="import-", delete=False) as target:
            copy = Path(target.name)
            size = place.copy(one.path, cast(BinaryIO, target))
        if size != one.size:
            raise Conflict(_('"%(name)s" was changed while it was fetched. Retry the job.') % {"name": name})
        artifact = store.take(copy, workspace=upload.workspace, media_type=MEDIA_TYPE)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full(0) from error
        raise
    finally:
        copy.unlink(missing_ok=True)
    UploadFile.objects.create(
        upload=upload,
        position=position,
        name=name,
        size=size,
        received=size,
        sha256=artifact.sha256,
        artifact=artifact,
    )
    Upload.objects.filter(pk=upload.pk).update(expires_at=expiry())


@transaction.atomic
def _close(upload: Upload) -> Upload:
    upload = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("workspace", "dataset")
        .get(pk=upload.pk)
    )
    if upload.state == Upload.State.RECEIVING:
        names = list(upload.files.values_list("name", flat=True))
        upload.filename = shown_name(names, len(names))
        upload.state, upload.expires_at = Upload.State.RECEIVED, None
        upload.save(update_fields=["filename", "state", "expires_at"])
        audit_received(upload, upload.created_by)
    return upload


def _below(path: str, chosen: str) -> str:
    """Return the path within what was chosen, whose own name stays in front as with a folder in a browser."""
    parent = chosen.strip("/").rpartition("/")[0]
    return path.removeprefix(f"{parent}/") if parent else path
