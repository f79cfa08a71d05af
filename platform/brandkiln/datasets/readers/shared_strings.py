"""The texts of a workbook, which its cells name by number: kept in a file, so that memory does not grow with them."""

import os
import tempfile
import weakref
import zipfile
from array import array
from pathlib import Path

from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.ooxml import Attributes, walk

MOST = 20_000_000
REMEMBERED = 50_000


class SharedStrings:
    """The texts by number."""

    def __init__(self) -> None:
        self._place, name = tempfile.mkstemp(prefix="texts-")
        Path(name).unlink()
        weakref.finalize(self, os.close, self._place)
        self._file = os.fdopen(self._place, "wb", closefd=False)
        self._ends: array[int] = array("Q", [0])
        self._remembered: dict[int, str] = {}

    def add(self, text: str) -> None:
        """Keep the next text."""
        if len(self._ends) > MOST:
            raise Refused("too_many_texts", f"The workbook holds more than {MOST:,} texts; split it.")
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))

    def finish(self) -> None:
        """Let texts be got."""
        self._file.close()

    def get(self, number: int) -> str:
        """Return a text."""
        text = self._remembered.get(number)
        if text is None:
            text = self._get(number)
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[number] = text
        return text

    def _get(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise Refused(
                "damaged_document", f"A cell names the text {number}, which is not there; save it anew."
            )
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._place, end - start, start).decode("utf-8", "surrogatepass")


def read_shared_strings(archive: zipfile.ZipFile, part: str | None, limits: Limits) -> SharedStrings:
    """Return the texts of the part; rich text loses its looks, and readings printed above characters are left out."""
    strings = SharedStrings()
    if part is not None:
        text = _Text(strings, limits)
        for _ in walk(archive, part, text.start, text.end, text.text):
            pass
    strings.finish()
    return strings


class _Text:
    def __init__(self, strings: SharedStrings, limits: Limits) -> None:
        self._strings = strings
        self._most = limits.cell_characters
        self._pieces: list[str] = []
        self._length = 0
        self._inside = False
        self._phonetic = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "t":
            self._inside = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self._strings.add("".join(self._pieces))
            self._pieces, self._length = [], 0

    def text(self, text: str) -> None:
        if self._inside and self._length <= self._most:
            self._pieces.append(text)
            self._length += len(text)
