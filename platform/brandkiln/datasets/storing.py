"""The files of records enter the store while others are still read.

They come some thousand at a time, as content that nothing refers to yet. Fewer than that wait until all was read, and
what came in before a refusal, an error or a cancel is released again, so nothing of an upload stays that was not taken.
All of it is announced before, so that a process that is killed leaves nothing for good either (artifacts/arrivals.py).
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import DatabaseError

from brandkiln.artifacts.arrivals import announce, settle
from brandkiln.artifacts.many import Measured, put_measured
from brandkiln.artifacts.removal import release
from brandkiln.workspaces.models import Workspace

BATCH = 5_000
"""Files that are synced to the disk and enter the store together."""
ID_BYTES = 16


class Storing:
    """Add files in order, finish, then ask for the ids of their artifacts in the same order."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace, self._folder = workspace, folder
        self._waiting: list[Measured] = []
        self._announced: list[UUID] = []

    def __enter__(self) -> Self:
        self._ids = tempfile.TemporaryFile(dir=self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(DatabaseError):  # the error that brought us here says more
                self.release()
        self._ids.close()

    def add(self, file: Measured) -> None:
        """Take a file, which moves into the store."""
        self._waiting.append(file)
        if len(self._waiting) >= BATCH:
            self.finish()

    def finish(self) -> None:
        """Store what waits."""
        if self._waiting:
            digests = (file.digest for file in self._waiting)
            self._announced.append(announce(digests, workspace=self._workspace))
        found = put_measured(self._waiting, workspace=self._workspace, move=True)
        self._ids.write(b"".join([one.bytes for one in found]))
        self._waiting = []

    def ids(self) -> Iterator[str]:
        """Yield the id of each artifact as hexadecimal digits."""
        return (found.hex() for found in self._stored())

    def release(self) -> None:
        """Let go of what was stored, since no record will refer to it."""
        release(UUID(bytes=found) for found in self._stored())
        self.settle()

    def settle(self) -> None:
        """Say that what was stored is referred to from now on; part of the transaction that writes the records."""
        settle(self._announced)

    def _stored(self) -> Iterator[bytes]:
        self._ids.seek(0)
        return iter(partial(self._ids.read, ID_BYTES), b"")
