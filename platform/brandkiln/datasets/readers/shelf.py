"""Texts by number, kept in a file, so that memory does not grow with them."""

import os
import tempfile
import weakref
from array import array
from pathlib import Path

from brandkiln.datasets.readers.limits import Refused

MOST = 20_000_000
REMEMBERED = 50_000
REMEMBERED_LENGTH = 200
"""Longer texts are read anew each time."""


class Shelf:
    """Add texts, finish, then get them."""

    def __init__(self) -> None:
        self._place, name = tempfile.mkstemp(prefix="texts-")
        Path(name).unlink()
        weakref.finalize(self, os.close, self._place)
        self._file = os.fdopen(self._place, "wb", closefd=False)
        self._ends: array[int] = array("Q", [0])
        self._remembered: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, text: str) -> None:
        """Keep the next text."""
        if len(self._ends) > MOST:
            raise Refused("too_many_texts", f"The file holds more than {MOST:,} texts; split it.")
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))

    def finish(self) -> None:
        """Let texts be got."""
        self._file.close()

    def get(self, number: int) -> str:
        """Return a text.

        Raises:
            IndexError: If there is none of that number.
        """
        text = self._remembered.get(number)
        if text is None:
            if not 0 <= number < len(self):
                raise IndexError(number)
            start, end = self._ends[number], self._ends[number + 1]
            text = os.pread(self._place, end - start, start).decode("utf-8", "surrogatepass")
            if end - start <= REMEMBERED_LENGTH:
                self._remember(number, text)
        return text

    def _remember(self, number: int, text: str) -> None:
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[number] = text
