"""What files hash to, kept in a file, so that memory does not grow with their number."""

import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from brandkiln.artifacts.many import measure

_ENTRY = struct.Struct("=32sQ")
"""A SHA-256 and a size."""
TOGETHER = 4_096
"""Entries that are read at once."""


class Measures:
    """Add files, then read what they hash to in the same order."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "measures"
        self.count = 0

    def __enter__(self) -> Self:
        self._file = self._path.open("w+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, path: str) -> None:
        """Hash a file."""
        found = measure(path)
        self.count += 1
        self._file.write(_ENTRY.pack(bytes.fromhex(found[0]), found[1]))

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield hash and size of each file."""
        self._file.seek(0)
        while piece := self._file.read(TOGETHER * _ENTRY.size):
            for digest, size in _ENTRY.iter_unpack(piece):
                yield digest.hex(), size
