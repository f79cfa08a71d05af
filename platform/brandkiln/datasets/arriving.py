"""Writes about files that arrive in pieces: announced, appended to, whole, given up. The bytes lie in parts.py.

What is safely on the disk is a number in the database, so a restarted server, another tab or another process all know
where to go on; bytes behind that number don't count.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, NotFound, StudioError
from brandkiln.datasets.models import Upload, UploadFile
from brandkiln.datasets.parts import TooLong, locked_part, part_path, write_on
from brandkiln.datasets.quotas import DISK_FULL, FileTooLarge, check_disk, disk_full
from brandkiln.datasets.services import MEDIA_TYPE


class WrongOffset(Conflict):
    """The piece does not begin where the file ends: it was sent before, or one before it is missing."""

    code = "wrong_offset"


class WrongChecksum(StudioError):
    """What arrived is not what was sent."""

    code, status = "wrong_checksum", 460


@dataclass(frozen=True)
class Checksum:
    """What a piece hashes to."""

    algorithm: str
    digest: bytes


def append(
    *,
    file: UploadFile,
    offset: int,
    length: int | None,
    pieces: Iterator[bytes],
    checksum: Checksum | None = None,
    sha256: str = "",
) -> UploadFile:
    """Write the pieces behind ``offset`` and return the file with its new length; a whole file becomes an artifact.

    Args:
        length: How many bytes come, where the request says so.
        checksum: What the pieces hash to; others are not kept.
        sha256: What the whole file hashes to; asked for when it is whole.

    Raises:
        Busy: If another request is writing to the file.
        WrongOffset: If the file does not end there.
        FileTooLarge: If more comes than the file was said to have.
        WrongChecksum: If the pieces or the whole file hash to something else.
        DiskFull: If there is no room; what was marked before stays.
    """
    with locked_part(file.pk) as part:
        file = _current(file, part)
        _check_piece(file, offset, length)
        if file.artifact_id is None:
            check_disk(length or 0)
            try:
                _write(file, part, pieces, checksum)
                _complete_if_whole(file, sha256)
            except OSError as error:
                if error.errno in DISK_FULL:
                    raise disk_full(0) from error
                raise
    return file


def complete(*, file: UploadFile) -> None:
    """Make an artifact of a file whose last piece was kept just before the server ended."""
    with locked_part(file.pk) as part:
        _complete_if_whole(_current(file, part), "")


def _current(file: UploadFile, part: BinaryIO) -> UploadFile:
    """Return the file as it is now that it is locked."""
    current = UploadFile.objects.select_related("upload__workspace").filter(pk=file.pk).first()
    if current is None:
        part_path(file.pk).unlink(missing_ok=True)
        raise NotFound(_("The file was given up. Send it again as a new one."))
    if current.artifact_id is not None:
        part_path(file.pk).unlink(missing_ok=True)
    elif part.seek(0, 2) < current.received:  # the folder of unfinished work was emptied
        _mark(current, 0)
    return current


def _check_piece(file: UploadFile, offset: int, length: int | None) -> None:
    if offset != file.received:
        raise WrongOffset(
            _("The piece begins at byte %(offset)s, and the file ends at %(received)s. Go on from there.")
            % {"offset": offset, "received": file.received}
        )
    if length is not None and offset + length > file.size:
        raise _too_long(file)
    if file.artifact_id is None and file.upload.state != Upload.State.RECEIVING:
        raise Conflict(_("The upload is closed. Begin a new one."))


def _write(file: UploadFile, part: BinaryIO, pieces: Iterator[bytes], checksum: Checksum | None) -> None:
    if checksum is None:
        _write_on(file, part, pieces, lambda size: _mark(file, size))
        return
    start, seen = file.received, hashlib.new(checksum.algorithm, usedforsecurity=False)

    def hashed() -> Iterator[bytes]:
        for piece in pieces:
            seen.update(piece)
            yield piece
        if seen.digest() != checksum.digest:
            raise WrongChecksum(_("The piece arrived damaged and was not kept. Send it again."))

    try:
        _write_on(
            file, part, hashed(), lambda size: None
        )  # nothing counts before all of it is known to be right
    except BaseException:
        part.truncate(start)
        raise
    _mark(file, part.seek(0, 2))


def _write_on(file: UploadFile, part: BinaryIO, pieces: Iterator[bytes], mark: Callable[[int], None]) -> None:
    try:
        write_on(part, start=file.received, most=file.size, pieces=pieces, mark=mark)
    except TooLong as error:
        raise _too_long(file) from error


def _mark(file: UploadFile, received: int) -> None:
    """Write down how much of the file is safely on the disk."""
    file.received = received
    if not UploadFile.objects.filter(pk=file.pk).update(received=received):
        part_path(file.pk).unlink(missing_ok=True)
        raise NotFound(_("The file was given up while it arrived."))
    Upload.objects.filter(pk=file.upload_id).update(expires_at=expiry())


def expiry() -> datetime:
    """Return when an upload that gets no more pieces is given up."""
    return timezone.now() + timedelta(days=settings.UPLOAD_KEEP_DAYS)


def _complete_if_whole(file: UploadFile, sha256: str) -> None:
    if file.received < file.size or file.artifact_id is not None:
        return
    path = part_path(file.pk)
    expected = {said for said in (file.sha256, sha256) if said}
    try:
        artifact = store.take(path, workspace=file.upload.workspace, media_type=MEDIA_TYPE, expected=expected)
    except store.OtherContent as error:
        path.unlink(missing_ok=True)
        _mark(file, 0)
        raise WrongChecksum(
            _('"%(name)s" arrived with another content than was sent, so it was not kept. Send it again.')
            % {"name": file.name}
        ) from error
    file.artifact, file.sha256 = artifact, artifact.sha256
    file.save(update_fields=["artifact", "sha256"])


def _too_long(file: UploadFile) -> FileTooLarge:
    return FileTooLarge(
        _('"%(name)s" was announced with %(size)s bytes, and more came. Announce it anew.')
        % {"name": file.name, "size": file.size}
    )
