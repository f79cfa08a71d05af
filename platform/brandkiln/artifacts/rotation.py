"""A change of keys: sealed files get the first key, plain ones are sealed, or all are made plain again.

Each content is changed by itself and is whole at every moment, so a change that is cut short is simply started again.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, cast
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

from brandkiln.artifacts import store
from brandkiln.artifacts.keys import Keys, artifact_keys
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.places import CHUNK, SEALED, name_of, open_content, write_content
from brandkiln.artifacts.sealed import HEADER, key_ids, rewrap
from brandkiln.core.errors import StudioError

Wish = Literal["seal", "rewrap", "open"]
"""What is to be done: seal all with the first key, change the key of what is sealed, or make all plain."""


@dataclass
class Turned:
    """What a change of keys did."""

    seen: int = 0
    rewrapped: int = 0
    sealed: int = 0
    opened: int = 0
    failed: list[str] = field(default_factory=list)


def turn_all(wish: Wish, *, on_progress: Callable[[Turned], None] = lambda turned: None) -> Turned:
    """Do what is wished with every artifact; what cannot be changed is named and passed over."""
    turned = Turned()
    for workspace_id, digest in _contents():
        try:
            turn(workspace_id, digest, wish, turned)
        except (StudioError, OSError) as error:
            turned.failed.append(f"{name_of(workspace_id, digest)}: {error}")
        turned.seen += 1
        on_progress(turned)
    return turned


def turn(workspace_id: UUID, digest: str, wish: Wish, turned: Turned) -> None:
    """Do what is wished with one content, in steps of which any may be the last."""
    storage, keys, name = storages["artifacts"], artifact_keys(), name_of(workspace_id, digest)
    is_sealed, is_plain = storage.exists(name + SEALED), storage.exists(name)
    if wish == "open" and is_sealed:
        if not is_plain:
            _write(name, digest, Keys([]))
        storage.delete(name + SEALED)
        turned.opened += 1
    elif wish == "seal" and is_plain:
        if not is_sealed:
            _write(name, digest, keys)
        storage.delete(name)
        turned.sealed += 1
    elif wish != "open" and is_sealed:
        turned.rewrapped += _rewrap(name, keys)
    if not Artifact.objects.filter(workspace_id=workspace_id, sha256=digest).exists():
        store.discard(workspace_id, digest)  # it was removed meanwhile


def _contents() -> Iterator[tuple[UUID, str]]:
    rows = Artifact.objects.order_by("workspace_id", "sha256").values_list("workspace_id", "sha256")
    yield from rows.distinct().iterator(chunk_size=1000)


def _write(name: str, digest: str, keys: Keys) -> None:
    with open_content(name) as source:
        write_content(name, digest, source, keys=keys, beside=True)


def _rewrap(name: str, keys: Keys) -> bool:
    """Put the data key under the first key; return whether that was needed."""
    storage = storages["artifacts"]
    with storage.open(name + SEALED) as file:
        header = file.read(HEADER)
    if key_ids(header) == [keys.first.id]:
        return False
    both, alone = rewrap(header, keys=keys, name=name)
    if isinstance(storage, FileSystemStorage):
        _write_header(Path(storage.path(name + SEALED)), both, alone)
        return True
    with storage.open(name + SEALED) as file, tempfile.SpooledTemporaryFile(max_size=4 * CHUNK) as whole:
        file.seek(HEADER)
        whole.write(alone)
        while piece := file.read(CHUNK):
            whole.write(piece)
        whole.seek(0)
        storage.save(name + SEALED, File(cast(IO[bytes], whole)))  # an object is replaced whole
    return True


def _write_header(path: Path, *headers: bytes) -> None:
    """Write one header after the other, each on the disk before the next; the content is not touched."""
    mode = path.stat().st_mode
    path.chmod(mode | 0o200)
    try:
        with path.open("r+b") as file:
            for header in headers:
                file.seek(0)
                file.write(header)
                file.flush()
                os.fsync(file.fileno())
    finally:
        path.chmod(mode)
