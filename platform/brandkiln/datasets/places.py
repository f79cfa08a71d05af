"""Where on the server, and in which buckets, an admin may import from: a list that only the installation sets.

A path is walked folder by folder from the listed one, without following a link, so it never leaves it.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from brandkiln.artifacts import buckets
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.workspaces.models import Workspace

CHUNK = 2**20
SHOWN = 200
S3 = "s3://"


@dataclass(frozen=True)
class Found:
    """A file or a folder, by its path below the place."""

    path: str
    size: int
    is_folder: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Place:
    """A folder or a prefix of a bucket that imports may read."""

    name: str
    root: str

    @property
    def is_bucket(self) -> bool:
        return self.root.startswith(S3)

    def entries(self, path: str) -> list[Found]:
        """Return what lies directly in a folder of the place, folders first; at most 200 of it."""
        path = checked_path(path)
        if self.is_bucket:
            return self._keys(path)
        found = []
        with _folder(Path(self.root), path) as folder, os.scandir(folder) as scanned:
            for entry in scanned:
                if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
                    continue
                below = f"{path}/{entry.name}".lstrip("/")
                is_folder = entry.is_dir(follow_symlinks=False)
                found.append(Found(below, 0 if is_folder else entry.stat().st_size, is_folder))
        return sorted(found, key=lambda one: (not one.is_folder, one.name.casefold()))[:SHOWN]

    def files(self, path: str) -> Iterator[Found]:
        """Yield every file below a folder of the place, or the one file that the path names.

        Raises:
            Unprocessable: If a link or something else that is no file lies there.
            NotFound: If nothing does.
        """
        path = checked_path(path)
        if self.is_bucket:
            yield from self._keys_below(path)
        else:
            parent, _slash, name = path.rpartition("/")
            with _folder(Path(self.root), parent if name else path) as folder:
                yield from _walk(folder, parent, name) if name else _walk_all(folder, path)

    def copy(self, path: str, target: BinaryIO) -> int:
        """Copy one file of the place into an open file and return its size."""
        path = checked_path(path)
        if self.is_bucket:
            bucket, prefix = _bucket(self.root)
            return buckets.read_key(bucket, prefix + path, target)
        parent, _slash, name = path.rpartition("/")
        size = 0
        with _folder(Path(self.root), parent) as folder, _file(folder, name, path) as source:
            while piece := source.read(CHUNK):
                size += target.write(piece)
        return size

    def _keys(self, path: str) -> list[Found]:
        bucket, prefix = _bucket(self.root)
        below = f"{prefix}{path}/" if path else prefix
        folders, keys = buckets.list_folder(bucket, below, SHOWN)
        found = [Found(folder.removeprefix(prefix).rstrip("/"), 0, True) for folder in folders]
        return found + [
            Found(key.name.removeprefix(prefix), key.size) for key in keys if not key.name.endswith("/")
        ]

    def _keys_below(self, path: str) -> Iterator[Found]:
        bucket, prefix = _bucket(self.root)
        for key in buckets.list_keys(bucket, prefix + path):
            below = key.name.removeprefix(prefix)
            if key.name.endswith("/") or (path and below != path and not below.startswith(f"{path}/")):
                continue
            yield Found(below, key.size)


def places_of(workspace: Workspace) -> list[Place]:
    """Return the places that the installation lets this workspace import from."""
    found: dict[str, Place] = {}
    for entry in [*settings.IMPORT_FOLDERS, *settings.IMPORT_S3]:
        slug, equals, root = entry.rpartition("=")
        if equals and slug != workspace.slug:
            continue
        name = root if root.startswith(S3) else Path(root).name or root
        while name in found:
            name += "*"
        found[name] = Place(name, root)
    return list(found.values())


def find_place(workspace: Workspace, name: str) -> Place:
    """Return the place of that name; raise NotFound if the workspace may not import from it."""
    for place in places_of(workspace):
        if place.name == name:
            return place
    raise NotFound(_("There is no place of that name to import from."))


def checked_path(path: str) -> str:
    """Return a path below a place without slashes around it; raise Unprocessable if it leads elsewhere."""
    parts = [part for part in path.split("/") if part]
    if path.startswith("/") or "\\" in path or "\0" in path or any(part in {".", ".."} for part in parts):
        message = _("“%(path)s” leads out of the place. Give a path below it, such as photos/spring.")
        raise Unprocessable(message % {"path": path[:200]}, fields={"path": message % {"path": path[:200]}})
    return "/".join(parts)


@contextmanager
def _folder(root: Path, path: str) -> Iterator[int]:
    """Open the folder below the root, one name after the other, none of which may be a link."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in filter(None, path.split("/")):
            try:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            except FileNotFoundError as error:
                raise NotFound(_("There is no folder “%(path)s” there.") % {"path": path}) from error
            except OSError as error:
                raise _no_file(path) from error
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _file(folder: int, name: str, path: str) -> Iterator[BinaryIO]:
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError as error:
        raise NotFound(_("There is no file “%(path)s” there.") % {"path": path}) from error
    except OSError as error:
        raise _no_file(path) from error
    with open(handle, "rb") as source:  # noqa: PTH123  by handle
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _no_file(path)
        yield source


def _walk(folder: int, parent: str, name: str) -> Iterator[Found]:
    """Yield the file of that name, or everything below the folder of that name."""
    path = f"{parent}/{name}".lstrip("/")
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError as error:
        raise NotFound(_("There is nothing called “%(path)s” there.") % {"path": path}) from error
    if stat.S_ISREG(mode.st_mode):
        yield Found(path, mode.st_size)
    elif stat.S_ISDIR(mode.st_mode):
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            yield from _walk_all(inner, path)
        finally:
            os.close(inner)
    else:
        raise _no_file(path)


def _walk_all(folder: int, path: str) -> Iterator[Found]:
    for name in sorted(os.listdir(folder)):
        if name.startswith("."):  # what programs keep for themselves
            continue
        yield from _walk(folder, path, name)


def _no_file(path: str) -> Unprocessable:
    message = _(
        "“%(path)s” is a link or no plain file; imports follow none. Take it away or import another folder."
    )
    return Unprocessable(message % {"path": path}, fields={"path": message % {"path": path}})


def _bucket(root: str) -> tuple[str, str]:
    """Return the bucket and the prefix, which ends with / so that no neighbour begins with it."""
    bucket, _slash, prefix = root.removeprefix(S3).partition("/")
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/" if prefix else ""
