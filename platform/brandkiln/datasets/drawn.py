"""The order in which a seed draws contents, and which of them are equal: sorted on the disk, piece by piece."""

import tempfile
from array import array
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

BUCKETS = 64
"""Parts that are sorted one after another; draws fall into all of them alike."""
HELD = 2**20
"""Bytes that are held before they are written."""
DRAW, PLACE = 32, 4
"""Bytes of a draw and of the place behind it."""


class Order(NamedTuple):
    """All contents by their draws."""

    drawn: "array[int]"
    """The first place of each different content, in the order of the draws."""
    first: "array[int]"
    """For each place the first place with the same content."""


class Drawn:
    """Add contents in order, then ask for their order; some bytes of each are held in memory."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._before = folder, f"{seed}:"
        self._buckets = [bytearray() for _ in range(BUCKETS)]
        self._pieces: list[list[tuple[int, int]]] = [[] for _ in range(BUCKETS)]
        self._held = self._written = self.count = 0

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, contents: Sequence[str]) -> None:
        """Take the hashes of the next contents."""
        before, buckets = self._before, self._buckets
        for place, content in enumerate(contents, start=self.count):
            draw = sha256((before + content).encode()).digest()
            buckets[draw[0] * BUCKETS >> 8] += draw + place.to_bytes(PLACE, "big")
        self.count += len(contents)
        self._held += len(contents) * (DRAW + PLACE)
        if self._held >= HELD:
            self._write()

    def order(self) -> Order:
        """Return the order of all that were added."""
        drawn, first = array("I"), array("I", range(self.count))
        for bucket in range(BUCKETS):
            data = self._read(bucket)
            last = b""
            for entry in sorted([data[at : at + DRAW + PLACE] for at in range(0, len(data), DRAW + PLACE)]):
                place = int.from_bytes(entry[DRAW:], "big")
                if entry[:DRAW] == last:
                    first[place] = drawn[-1]
                else:
                    last = entry[:DRAW]
                    drawn.append(place)
        return Order(drawn, first)

    def _write(self) -> None:
        for pieces, held in zip(self._pieces, self._buckets, strict=True):
            if held:
                pieces.append((self._written, len(held)))
                self._written += self._file.write(held)
                held.clear()
        self._held = 0

    def _read(self, bucket: int) -> bytes:
        parts = []
        for at, length in self._pieces[bucket]:
            self._file.seek(at)
            parts.append(self._file.read(length))
        return b"".join([*parts, bytes(self._buckets[bucket])])
