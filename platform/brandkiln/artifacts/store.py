"""The only code that touches storage: bytes in, bytes out, by SHA-256.

Bytes are written first, under a name that no reader knows yet, and moved into place; the row follows. A crash in
between leaves bytes that nobody names, never a row that names nothing.

How content lies there, plain or sealed, is in places.py.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import transaction

from brandkiln.artifacts.cache import mark_used
from brandkiln.artifacts.holding import hold
from brandkiln.artifacts.keys import artifact_keys
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.places import (
    SEALED,
    name_of,
    open_content,
    write_content,
    write_file,
)
from brandkiln.core.errors import Conflict
from brandkiln.workspaces.models import Workspace

CHUNK = 2**20


class OtherContent(Conflict):
    """A file is not the one that was announced."""

    code = "other_content"


def put(path: Path, *, workspace: Workspace, media_type: str) -> Artifact:
    """Keep a copy of the file and return its artifact; the same content is kept once per workspace."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        size = path.stat().st_size
        return _keep(digest, size, source, workspace=workspace, media_type=media_type)


def take(path: Path, *, workspace: Workspace, media_type: str, expected: Collection[str] = ()) -> Artifact:
    """Keep the file and return its artifact; the file itself moves into the store where that spares a copy.

    Args:
        expected: Hashes that the file has to have, as those who sent it said.

    Raises:
        OtherContent: If it has another; it is left where it is then.
    """
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        if any(said.lower() != digest for said in expected):
            raise OtherContent(f"The file hashes to {digest}, not to {', '.join(sorted(expected))}.")
        size = path.stat().st_size
        with transaction.atomic():
            hold(workspace.pk)
            if is_moved := _move_in(path, workspace, digest):
                artifact, _ = Artifact.objects.get_or_create(
                    workspace=workspace, sha256=digest, media_type=media_type, defaults={"size": size}
                )
        if not is_moved:
            source.seek(0)
            artifact = _keep(digest, size, source, workspace=workspace, media_type=media_type)
            path.unlink()
    return artifact


def put_bytes(data: bytes, *, workspace: Workspace, media_type: str) -> Artifact:
    """Keep the bytes and return their artifact."""
    source = tempfile.SpooledTemporaryFile(max_size=CHUNK)  # noqa: SIM115  closed below
    with source:
        source.write(data)
        source.seek(0)
        digest = hashlib.sha256(data).hexdigest()
        return _keep(digest, len(data), cast(IO[bytes], source), workspace=workspace, media_type=media_type)


def open_artifact(artifact: Artifact) -> IO[bytes]:
    """Return the artifact's bytes as an open file, from which any place can be read.

    Raises:
        Damaged: If it was sealed and is not what was sealed; here, or at a read.
        KeyMissing: If it is sealed with a key that is not set.
    """
    return open_content(name_of(artifact.workspace_id, artifact.sha256), artifact.size)


def chunks(artifact: Artifact, size: int = CHUNK) -> Iterator[bytes]:
    """Yield the artifact's bytes in pieces of at most ``size``."""
    with open_artifact(artifact) as source:
        while piece := source.read(size):
            yield piece


def local_path(artifact: Artifact) -> Path:
    """Return a file on this machine that holds the artifact; it is read-only to everyone."""
    storage = storages["artifacts"]
    name = name_of(artifact.workspace_id, artifact.sha256)
    if isinstance(storage, FileSystemStorage):
        plain = Path(storage.path(name))
        if plain.exists():
            return plain
    cached: Path = settings.CACHE / "artifacts" / name
    if not mark_used(cached):
        cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_artifact(artifact) as source:
            write_file(cached, lambda target: shutil.copyfileobj(source, target, CHUNK), mode=0o400)
    return cached


def discard(workspace_id: object, digest: str) -> None:
    """Delete bytes from the storage and from this machine's cache. Only removal.py calls it, once no row names them."""
    name = name_of(workspace_id, digest)
    storages["artifacts"].delete(name)
    storages["artifacts"].delete(name + SEALED)
    (settings.CACHE / "artifacts" / name).unlink(missing_ok=True)


def is_folder() -> bool:
    """Return whether the store is a folder of this machine."""
    return isinstance(storages["artifacts"], FileSystemStorage)


def link_in(
    files: Mapping[str, str], workspace: Workspace, *, is_lasting: bool = True, move: bool = False
) -> set[str]:
    """Give files their names in a store that is a folder, and return the folders that they lie in.

    They are linked, or copied where they lie on another disk or are to be sealed. Call it while holding the
    workspace's store.

    Args:
        files: The path of each by its hash, which is known to be true.
        is_lasting: Whether what is written is on the disk at the return; a link never writes.
        move: Whether the files may lose their former names.
    """
    give, found = os.rename if move else os.link, set[str]()
    if not artifact_keys():
        root = f"{cast(FileSystemStorage, storages['artifacts']).location}/{workspace.pk}"
        left = {}
        for digest, path in files.items():
            folder = f"{root}/{digest[:2]}"
            try:
                if folder not in found:
                    os.makedirs(folder, exist_ok=True)  # noqa: PTH103  as text, which is quicker here
                    found.add(folder)
                give(path, f"{folder}/{digest}")
            except FileExistsError:
                pass
            except OSError:
                left[digest] = path
        files = left
    for digest, path in files.items():
        with open(path, "rb") as source:  # noqa: PTH123
            found.add(write_content(name_of(workspace.pk, digest), digest, source, is_lasting=is_lasting))
    return found


def send(path: Path, workspace: Workspace, digest: str) -> None:
    """Write a file whose hash is known to a storage that is not a folder."""
    with path.open("rb") as source:
        write_content(name_of(workspace.pk, digest), digest, source)


def is_reachable() -> bool:
    """Return whether the storage answers."""
    storages["artifacts"].exists("a name that is not there")
    return True


def _keep(digest: str, size: int, source: IO[bytes], *, workspace: Workspace, media_type: str) -> Artifact:
    write_content(name_of(workspace.pk, digest), digest, source)
    known = Artifact.objects.filter(workspace=workspace, sha256=digest, media_type=media_type).first()
    if known:
        return known
    with transaction.atomic():
        hold(workspace.pk)
        source.seek(0)
        write_content(name_of(workspace.pk, digest), digest, source)  # again only where a removal was faster
        artifact, _ = Artifact.objects.get_or_create(
            workspace=workspace, sha256=digest, media_type=media_type, defaults={"size": size}
        )
    return artifact


def _move_in(path: Path, workspace: Workspace, digest: str) -> bool:
    """Rename the file into the store; return False where it lies on another disk or the store is no folder."""
    storage = storages["artifacts"]
    if not isinstance(storage, FileSystemStorage) or artifact_keys():
        return False
    target = Path(storage.path(name_of(workspace.pk, digest)))
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.parent.stat().st_dev != path.stat().st_dev:
        return False
    path.chmod(0o440)
    path.replace(target)
    return True
