"""The texts of a workbook, which its cells name by number."""

import zipfile

from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.ooxml import Attributes, walk
from brandkiln.datasets.readers.shelf import Shelf


def read_shared_strings(archive: zipfile.ZipFile, part: str | None, limits: Limits) -> Shelf:
    """Return the texts of the part; rich text loses its looks, and readings printed above characters are left out."""
    strings = Shelf()
    if part is not None:
        text = _Text(strings, limits)
        for _ in walk(archive, part, text.start, text.end, text.text):
            pass
    strings.finish()
    return strings


class _Text:
    def __init__(self, strings: Shelf, limits: Limits) -> None:
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
