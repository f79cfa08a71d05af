"""Word documents (DOCX): each paragraph and each row of a table is one passage.

Dropped: headers and footers, footnotes, comments, deleted text, field codes, pictures and every look.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.ooxml import Attributes, main_part, open_package, walk
from brandkiln.datasets.readers.options import Options

BETWEEN_CELLS = " | "
BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
SKIPPED = {"Fallback", "pPr", "rPr", "sectPr"}
"""What is said twice (older programs' copy of a drawing) or holds looks alone."""


def word_passages(
    path: Path, options: Options, limits: Limits
) -> tuple[dict[str, Any], Iterator[tuple[str, str]]]:
    """Return the passages of the document with where they stand.

    Raises:
        Refused: If it is no document or can't be trusted.
    """
    with open_package(path, limits) as archive:
        main_part(archive)
    return {}, _passages(path, limits)


def _passages(path: Path, limits: Limits) -> Iterator[tuple[str, str]]:
    with open_package(path, limits) as archive:
        body = _Body(limits)
        for _ in walk(archive, main_part(archive), body.start, body.end, body.text):
            yield from body.finished
            body.finished.clear()


class _Body:
    """Collects passages while the XML of the document passes by; tables inside cells become part of the cell."""

    def __init__(self, limits: Limits) -> None:
        self.finished: list[tuple[str, str]] = []
        self._most = limits.text_characters
        self._pieces: list[str] = []
        self._length = 0
        self._cells: list[str] = []
        self._inside = False
        self._skipped = 0
        self._depth = 0
        """How many tables the place lies in."""
        self._paragraphs = self._tables = self._rows = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._skipped or tag in SKIPPED:
            self._skipped += tag in SKIPPED
        elif tag == "t":
            self._inside = True
        elif tag in BREAKS:
            self._add(BREAKS[tag])
        elif tag == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._tables, self._rows = self._tables + 1, 0
        elif tag == "tr" and self._depth == 1:
            self._rows += 1

    def end(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipped -= 1
        elif self._skipped:
            return
        elif tag == "t":
            self._inside = False
        elif tag == "p":
            self._end_paragraph()
        elif tag == "tc" and self._depth == 1:
            self._cells.append(" ".join(self._taken().split()))
        elif tag == "tr" and self._depth == 1:
            if any(self._cells):
                self.finished.append(
                    (f"table {self._tables}, row {self._rows}", BETWEEN_CELLS.join(self._cells))
                )
            self._cells = []
        elif tag == "tbl":
            self._depth -= 1

    def text(self, text: str) -> None:
        if self._inside and not self._skipped:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._length <= self._most:  # what is longer is refused; its rest need not be held
            self._pieces.append(text)
            self._length += len(text)

    def _end_paragraph(self) -> None:
        if self._depth:
            self._add(" ")
            return
        self._paragraphs += 1
        text = self._taken()
        if text.strip():
            self.finished.append((f"paragraph {self._paragraphs}", text))

    def _taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text
