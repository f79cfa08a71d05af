"""Small files of an upload that come together in one request, since a request for each would take most of the time."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.artifacts.many import put_many
from brandkiln.core.errors import Conflict, NotFound
from brandkiln.datasets.arriving import WrongChecksum, expiry
from brandkiln.datasets.models import Upload, UploadFile
from brandkiln.datasets.parts import part_path
from brandkiln.datasets.quotas import DISK_FULL, check_disk, disk_full, scratch
from brandkiln.datasets.services import MEDIA_TYPE


def receive_bundle(
    *, upload: Upload, files: "Mapping[UUID, UploadedFile[Any]]", hashes: Mapping[UUID, str]
) -> int:
    """Keep whole files that were announced and return how many; all of them or none.

    Args:
        hashes: What the files hash to, as far as the sender says.

    Raises:
        NotFound: If one was not announced.
        Conflict: If the upload is closed, or one has another size than was announced.
        WrongChecksum: If one arrived damaged.
        DiskFull: If there is no room.
    """
    rows = {row.pk: row for row in upload.files.filter(pk__in=files)}
    if len(rows) < len(files):
        raise NotFound(_("The upload has no such file."))
    check_disk(sum(row.size for row in rows.values()))
    waiting = {pk: row for pk, row in rows.items() if row.artifact_id is None}
    try:
        with tempfile.TemporaryDirectory(dir=scratch(), prefix="bundle-") as folder:
            paths = [
                _written(Path(folder) / pk.hex, row, files[pk], hashes.get(pk, ""))
                for pk, row in waiting.items()
            ]
            kept = put_many([(path, MEDIA_TYPE) for path in paths], workspace=upload.workspace)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full(0) from error
        raise
    for row, artifact_id in zip(waiting.values(), kept, strict=True):
        row.artifact_id, row.received = artifact_id, row.size
    _keep(upload, list(waiting.values()))
    for pk in waiting:
        part_path(pk).unlink(missing_ok=True)
    return len(waiting)


def _written(path: Path, row: UploadFile, file: "UploadedFile[Any]", said: str) -> Path:
    if file.size != row.size:
        raise Conflict(
            _('"%(name)s" has %(here)s bytes, and %(size)s were announced. Announce it anew.')
            % {"name": row.name, "here": file.size, "size": row.size}
        )
    hashing = hashlib.sha256()
    with path.open("wb") as out:
        for piece in file.chunks():
            hashing.update(piece)
            out.write(piece)
    digest = hashing.hexdigest()
    if any(one.lower() != digest for one in (said, row.sha256) if one):
        raise WrongChecksum(
            _('"%(name)s" arrived with another content than was sent, so it was not kept. Send it again.')
            % {"name": row.name}
        )
    row.sha256 = digest
    return path


@transaction.atomic
def _keep(upload: Upload, rows: list[UploadFile]) -> None:
    open_upload = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING)
    if not open_upload.update(expires_at=expiry()):
        raise Conflict(_("The upload is closed. Begin a new one."))
    UploadFile.objects.bulk_update(rows, ["artifact", "received", "sha256"], batch_size=100)
