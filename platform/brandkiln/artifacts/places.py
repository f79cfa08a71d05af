"""How content lies in the storage: plain, or sealed in a file that ends in ".sealed" where keys are set (sealed.py).

Which of both files is there says what it is, so a store may hold both kinds, and a change from one to the other
that is cut short leaves both and loses nothing.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

from brandkiln.artifacts.keys import Keys, artifact_keys
from brandkiln.artifacts.sealed import Sealed, seal
from brandkiln.core.errors import Conflict

CHUNK = 2**20
SEALED = ".sealed"


class ChangedMeanwhile(Conflict):
    """Whoever made the file goes on writing it, so no hash is true of it."""

    code = "changed_meanwhile"


def name_of(workspace_id: object, digest: str) -> str:
    """Return the name of content in the storage."""
    return f"{workspace_id}/{digest[:2]}/{digest}"


def open_content(name: str, size: int | None = None, *, keys: Keys | None = None) -> IO[bytes]:
    """Return content as an open file; with ``size``, sealed content has to be so long.

    Raises:
        Damaged: If it was sealed and is not what was sealed; here, or at a read.
        KeyMissing: If it is sealed with a key that is not among the keys, by default those that are set.
    """
    storage = storages["artifacts"]
    keys = artifact_keys() if keys is None else keys
    likely, other = (name + SEALED, name) if keys else (name, name + SEALED)
    try:
        found, file = likely, storage.open(likely)
    except FileNotFoundError:
        found, file = other, storage.open(other)
    if not found.endswith(SEALED):
        return cast(IO[bytes], file)
    opened = Sealed(cast(IO[bytes], file), keys=keys, name=name, size=size)
    return cast(IO[bytes], BufferedReader(opened, CHUNK // 4))


def write_content(
    name: str,
    digest: str,
    source: IO[bytes],
    *,
    keys: Keys | None = None,
    is_lasting: bool = True,
    beside: bool = False,
) -> str:
    """Write content that is not there and return the folder that it lies in; "" where the storage has none.

    Args:
        keys: Sealed with the first of them; by default with those that are set, and plain where there are none.
        is_lasting: Whether it is on the disk at the return.
        beside: Write it although it is there in the other kind.

    Raises:
        ChangedMeanwhile: If the source does not hash to the digest.
    """
    storage, same = storages["artifacts"], _Same(source, digest)
    keys = artifact_keys() if keys is None else keys
    if keys:
        target, pieces = name + SEALED, seal(same, key=keys.first, name=name)
    else:
        target, pieces = name, iter(lambda: same.read(CHUNK), b"")
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(target))
        if not path.exists() and (beside or not Path(storage.path(name)).exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, lambda sink: sink.writelines(pieces), is_lasting=is_lasting)
        return str(path.parent)
    if not storage.exists(target) and (beside or not (keys and storage.exists(name))):
        with tempfile.SpooledTemporaryFile(max_size=4 * CHUNK) as whole:
            whole.writelines(pieces)
            whole.seek(0)
            storage.save(target, File(cast(IO[bytes], whole)))
    return ""


class _Same:
    """A source that is read once to its end and has to hash to what was said of it."""

    def __init__(self, source: IO[bytes], digest: str) -> None:
        self._source, self._digest, self._hash = source, digest, hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._hash.update(piece)
        if not piece and self._hash.hexdigest() != self._digest:
            raise ChangedMeanwhile("The file was changed while it was being kept. Submit the job again.")
        return piece


def write_file(
    target: Path, write: Callable[[IO[bytes]], None], *, is_lasting: bool = False, mode: int = 0o440
) -> None:
    """Write a file that appears whole or not at all; a lasting one is on the disk before it has its name."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as sink:
            write(sink)
            if is_lasting:
                sink.flush()
                os.fsync(sink.fileno())
        Path(temporary).chmod(mode)
        os.replace(temporary, target)  # noqa: PTH105  the atomic move is the point
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
