"""Many files at once into the store: few system calls for each, and two for all to have them safely on the disk.

Files are hashed first; then one transaction gives them their names and adds their rows, so that nobody removes
content that was found there already (holding.py).
"""

import ctypes
import hashlib
import os
import uuid
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import connections, router, transaction
from django.utils import timezone

from brandkiln.artifacts import store
from brandkiln.artifacts.arrivals import announce
from brandkiln.artifacts.holding import hold
from brandkiln.artifacts.models import Artifact
from brandkiln.workspaces.models import Workspace

MANY = 64
"""From so many files on, the file system is synced as a whole and not each file by itself."""
IN_LIST = 500
SENDERS = 8
"""Files that are sent at once to a storage that is not a folder."""
READ_ONLY = 0o440


class Measured(NamedTuple):
    """A file that was hashed."""

    path: str
    digest: str
    size: int
    media_type: str


class _Content(NamedTuple):
    """What an artifact is of."""

    digest: str
    size: int
    media_type: str


def put_many(
    paths: Sequence[tuple[Path | str, str]], *, workspace: Workspace, is_announced: bool = False
) -> list[uuid.UUID]:
    """Keep many files, given with their media types, and return the ids of their artifacts in the same order.

    The store may share the files on the disk: delete them afterwards, don't write to them.

    Args:
        is_announced: Whether to announce them, because the rows that refer to them follow much later; what nothing
            refers to a day later is removed then.
    """
    found = [Measured(str(path), *measure(str(path)), media_type) for path, media_type in paths]
    if is_announced and found:
        announce((file.digest for file in found), workspace=workspace)
    return put_measured(found, workspace=workspace)


def put_measured(files: Sequence[Measured], *, workspace: Workspace, move: bool = False) -> list[uuid.UUID]:
    """Keep files that were hashed and return the ids of their artifacts in the same order.

    Args:
        move: Whether the files may move into the store, which spares the file system half of the work.
    """
    if not files:
        return []
    first: dict[str, str] = {}
    for file in files:
        first.setdefault(file.digest, file.path)
    if is_folder := store.is_folder():
        _sync(first.values())
    with transaction.atomic():
        hold(workspace.pk)
        if is_folder:
            lasting = len(first) < MANY
            folders = store.link_in(first, workspace, is_lasting=lasting, move=move)
            _sync(folders, as_whole=not lasting)
        else:
            with ThreadPoolExecutor(SENDERS) as pool:
                for _ in pool.map(lambda item: store.send(Path(item[1]), workspace, item[0]), first.items()):
                    pass
        ids = _rows(workspace, dict.fromkeys(_Content(*file[1:]) for file in files))
    return [ids[file.digest, file.media_type] for file in files]


def measure(path: str) -> tuple[str, int]:
    """Return the hash and the size of a file, which nobody may write to from now on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        about = os.fstat(handle)
        if about.st_mode & 0o777 != READ_ONLY:
            os.fchmod(handle, READ_ONLY)
        if about.st_size <= store.CHUNK:
            data = os.read(handle, about.st_size + 1)
            return hashlib.sha256(data).hexdigest(), len(data)
        with open(handle, "rb", closefd=False) as source:
            return hashlib.file_digest(source, "sha256").hexdigest(), about.st_size
    finally:
        os.close(handle)


def _sync(paths: Collection[str], *, as_whole: bool = False) -> None:
    """Return once the files or folders are on the disk."""
    as_whole = as_whole or len(paths) >= MANY
    for path in islice(paths, 1) if as_whole else paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            if not as_whole:
                os.fsync(handle)
            elif ctypes.CDLL(None, use_errno=True).syncfs(handle):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
        finally:
            os.close(handle)


def _rows(workspace: Workspace, found: Collection[_Content]) -> dict[tuple[str, str], uuid.UUID]:
    """Return the id of each content, with rows added for those that are new; which are there already is asked last."""
    ids: dict[tuple[str, str], uuid.UUID] = {}
    if _insert(workspace, list(found), ids) < len(found):
        ids |= dict(_known(workspace, {one.digest for one in found}))
    return ids


def _known(workspace: Workspace, digests: set[str]) -> Iterator[tuple[tuple[str, str], uuid.UUID]]:
    left = iter(sorted(digests))
    while batch := list(islice(left, IN_LIST)):
        rows = Artifact.objects.filter(workspace=workspace, sha256__in=batch).order_by()
        for pk, digest, media_type in rows.values_list("pk", "sha256", "media_type"):
            yield (digest, media_type), pk


def _insert(workspace: Workspace, missing: list[_Content], ids: dict[tuple[str, str], uuid.UUID]) -> int:
    """Add rows, note their ids, and return how many were new.

    One statement for all on PostgreSQL, one prepared statement on SQLite: a third of the time of bulk_create, which
    builds an instance for each row.
    """
    connection = connections[router.db_for_write(Artifact)]
    by_name = {field.name: field for field in Artifact._meta.concrete_fields}
    fields = [by_name[name] for name in ("created_at", "workspace", "id", "sha256", "size", "media_type")]
    moment, place, key, *_ = fields
    same = [
        moment.get_db_prep_save(timezone.now(), connection),
        place.get_db_prep_save(workspace.pk, connection),
    ]
    new = {(one.digest, one.media_type): uuid.uuid4() for one in missing}
    values = [
        (key.get_db_prep_save(pk, connection), *one) for one, pk in zip(missing, new.values(), strict=True)
    ]
    ids |= new
    quote = connection.ops.quote_name
    table, columns = quote(Artifact._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    insert = f"INSERT INTO {table} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields[2:])
            statement = f"{insert} SELECT %s, %s, * FROM UNNEST({lists}) ON CONFLICT DO NOTHING"  # noqa: S608  our own
            cursor.execute(statement, [*same, *(list(column) for column in zip(*values, strict=True))])
        else:
            marks = ", ".join(["%s"] * len(fields))
            rows = [(*same, *one) for one in values]
            cursor.executemany(f"{insert} VALUES ({marks}) ON CONFLICT DO NOTHING", rows)
        return int(cursor.rowcount)
