"""Files on the disk that are still arriving: one part for each, locked while somebody writes to it."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.datasets.quotas import scratch

FOLDER, SUFFIX = "uploads", ".part"
MARK_BYTES = 32 * 2**20
"""How much is written between two marks; a server that is killed loses at most that."""


class Busy(StudioError):
    """Another request is writing to the same file."""

    code, status = "busy", 423


def part_path(file: UUID) -> Path:
    """Return where the part of an upload's file lies."""
    return folder() / f"{file.hex}{SUFFIX}"


def folder() -> Path:
    """Return the folder of all parts, which exists."""
    found = scratch() / FOLDER
    found.mkdir(exist_ok=True, mode=0o700)
    return found


@contextmanager
def locked_part(file: UUID) -> Iterator[BinaryIO]:
    """Give the part to read and write; nobody else gets it meanwhile, in whatever process.

    Raises:
        Busy: If somebody else has it.
    """
    path = part_path(file)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as part:  # noqa: PTH123  by handle
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
            raise Busy(
                _("Another request is sending this file. Wait until it ends, then ask where to go on.")
            ) from error
        if not path.exists() or path.stat().st_ino != os.fstat(part.fileno()).st_ino:
            raise Busy(_("The file was being removed. Ask again."))
        yield cast(BinaryIO, part)  # raw, so that nothing waits in a buffer


def write_on(
    part: BinaryIO, *, start: int, most: int, pieces: Iterable[bytes], mark: Callable[[int], None]
) -> None:
    """Append the pieces behind ``start``, calling ``mark`` with each length that is safely on the disk.

    Whatever happens, the part ends where the last mark stands.

    Raises:
        TooLong: If the file would become longer than ``most``; nothing of these pieces stays then.
        OSError: If the disk is full, say.
    """
    part.truncate(start)
    part.seek(start)
    length = marked = start

    def keep() -> None:
        nonlocal marked
        if length > marked:
            os.fsync(part.fileno())
            mark(length)
            marked = length

    try:
        for piece in pieces:
            if length + len(piece) > most:
                part.truncate(start)
                mark(start)
                marked = length = start
                raise TooLong
            _write(part, piece)
            length += len(piece)
            if length - marked >= MARK_BYTES:
                keep()
    except OSError:
        part.truncate(marked)
        raise
    except BaseException:
        keep()  # what arrived before a connection broke is kept
        raise
    keep()


class TooLong(Exception):
    """More bytes came than the file was said to have."""


def _write(part: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[part.write(rest) :]
