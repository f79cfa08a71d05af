"""Writes about uploads of several files that arrive in pieces: begun, announced, finished, given up."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.arriving import complete, expiry
from brandkiln.datasets.filenames import free_path, safe_path
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload, UploadFile
from brandkiln.datasets.parts import SUFFIX, folder, part_path
from brandkiln.datasets.quotas import check_room, check_size
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.services import audit_received, check_base, check_options, named_empty, shown_name
from brandkiln.workspaces.services import record_audit

MOST_FILES = Limits().entries
DAY = 24 * 3600


@dataclass(frozen=True)
class Announced:
    """A file that is about to be sent."""

    name: str
    """Its path within what was chosen."""
    size: int
    sha256: str = ""


@transaction.atomic
def begin_upload(
    *,
    dataset: Dataset,
    actor: User | None,
    options: dict[str, Any] | None = None,
    base: DatasetVersion | None = None,
    files: Sequence[Announced] = (),
) -> Upload:
    """Return an upload that waits for the files, and for more that are announced later."""
    check_base(dataset, base)
    upload = Upload.objects.create(
        workspace=dataset.workspace,
        dataset=dataset,
        state=Upload.State.RECEIVING,
        options=check_options(options or {}),
        base=base,
        created_by=actor,
        expires_at=expiry(),
    )
    if files:
        announce_files(upload=upload, files=files)
        upload.refresh_from_db(fields=["filename"])
    return upload


@transaction.atomic
def announce_files(*, upload: Upload, files: Sequence[Announced]) -> list[UploadFile]:
    """Add files that will be sent and return them in the same order; their room is taken from now on.

    Raises:
        FileTooLarge, OverQuota, DiskFull: If there is no room.
        Conflict: If the upload is closed.
        Unprocessable: If a file is empty or there are too many.
    """
    upload = _open_upload(upload)
    names = list(upload.files.values_list("name", flat=True))
    if len(names) + len(files) > MOST_FILES:
        message = _("One upload has at most %(most)s files; pack them as a ZIP or bring them in parts.") % {
            "most": f"{MOST_FILES:,}"
        }
        raise Unprocessable(message, fields={"files": message})
    for file in files:
        if file.size < 1:
            message = _('"%(name)s" is empty; leave it out.') % {"name": safe_path(file.name)}
            raise Unprocessable(message, fields={"files": message})
        check_size(safe_path(file.name), file.size)
    check_room(workspace=upload.workspace, size=sum(file.size for file in files))
    taken = {name.casefold() for name in names}
    added = UploadFile.objects.bulk_create(
        [
            UploadFile(
                upload=upload,
                position=len(names) + number,
                name=free_path(safe_path(file.name), taken),
                size=file.size,
                sha256=file.sha256.lower(),
            )
            for number, file in enumerate(files)
        ],
        batch_size=500,
    )
    if added:
        upload.filename = shown_name([*names, added[0].name], len(names) + len(added))
        upload.expires_at = expiry()
        upload.save(update_fields=["filename", "expires_at"])
    return added


@transaction.atomic
def leave_out_empty(*, upload: Upload, names: Sequence[str]) -> None:
    """Keep the names of files that were chosen and hold nothing, so that the report tells of them."""
    upload = _open_upload(upload)
    upload.report = named_empty(upload, names)
    upload.save(update_fields=["report"])


def finish_upload(*, upload: Upload, actor: User | None) -> Upload:
    """Close an upload whose files are all whole; asked twice, it is closed once.

    Raises:
        Conflict: If pieces are missing; the message names the first file.
    """
    if upload.state != Upload.State.RECEIVING:
        return upload
    for file in upload.files.filter(artifact=None, received=F("size")):
        complete(file=file)
    with transaction.atomic():
        upload = _open_upload(upload, closed_too=True)
        if upload.state != Upload.State.RECEIVING:
            return upload
        missing = upload.files.filter(artifact=None)
        if first := missing.first():
            raise Conflict(
                _('%(count)s of the files are not whole yet; "%(name)s" has %(received)s of %(size)s bytes.')
                % {
                    "count": missing.count(),
                    "name": first.name,
                    "received": first.received,
                    "size": first.size,
                }
            )
        if not upload.files.exists():
            raise Unprocessable(_("The upload holds no file. Announce one and send it."))
        upload.state, upload.expires_at = Upload.State.RECEIVED, None
        upload.save(update_fields=["state", "expires_at"])
        audit_received(upload, actor)
    return upload


def give_up_upload(*, upload: Upload, actor: User | None) -> None:
    """Forget an upload that is still arriving, with every piece of it."""
    with transaction.atomic():
        upload = _open_upload(upload)
        files = list(upload.files.values_list("pk", "artifact"))
        record_audit(
            workspace=upload.workspace,
            actor=actor,
            action="upload.given_up",
            subject=upload.dataset.name,
            data={"filename": upload.filename, "files": len(files)},
        )
        upload.delete()
        release(artifact for _pk, artifact in files)
    for pk, _artifact in files:
        part_path(pk).unlink(missing_ok=True)


def give_up_file(*, file: UploadFile) -> None:
    """Forget one file of an upload that is still arriving."""
    with transaction.atomic():
        _open_upload(file.upload)
        UploadFile.objects.filter(pk=file.pk).delete()
        release([file.artifact_id])
    part_path(file.pk).unlink(missing_ok=True)


def drop_abandoned() -> int:
    """Give up every upload that has had no piece for too long, and remove parts that nobody names; return how many."""
    dropped = 0
    late = Upload.objects.filter(state=Upload.State.RECEIVING, expires_at__lt=timezone.now())
    for upload in late.select_related("workspace", "dataset")[:200]:
        try:
            give_up_upload(upload=upload, actor=None)
        except (Conflict, Upload.DoesNotExist):
            continue  # somebody finished it just now, or another sweeper was faster
        dropped += 1
    old = [path for path in folder().glob(f"*{SUFFIX}") if path.stat().st_mtime < time.time() - DAY]
    known = {pk.hex for pk in UploadFile.objects.filter(
        pk__in=[UUID(path.stem) for path in old], artifact=None).values_list("pk", flat=True)}  # fmt: skip
    for path in old:
        if path.stem not in known:
            path.unlink(missing_ok=True)
    return dropped


def _open_upload(upload: Upload, *, closed_too: bool = False) -> Upload:
    """Return the upload, locked; raise Conflict if no more files can arrive in it."""
    locked = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("workspace", "dataset")
        .get(pk=upload.pk)
    )
    if locked.state != Upload.State.RECEIVING and not closed_too:
        raise Conflict(_("The upload is closed. Begin a new one."))
    return locked
