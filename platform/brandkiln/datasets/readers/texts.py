"""Texts out of files: the rows of a table with a column of texts, or the passages of a document."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from brandkiln.datasets.checks.images import spread
from brandkiln.datasets.readers.files import Source
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.paragraphs import markdown, paragraphs
from brandkiln.datasets.readers.pdfdoc import pdf_passages
from brandkiln.datasets.readers.rows import Progress, TextColumns, tidy, write_text_row
from brandkiln.datasets.readers.tables import Table, merge_layout, open_table, placed
from brandkiln.datasets.readers.webpage import page_passages
from brandkiln.datasets.readers.worddoc import word_passages
from brandkiln.datasets.readers.writer import Writer, checked_label

T = TypeVar("T")
Passages = Iterator[tuple[str, str]]
"""Where each text stands, for people, and the text."""
DOCUMENTS: dict[str, Callable[[Path, Options, Limits], tuple[dict[str, Any], Passages]]] = {
    ".txt": paragraphs,
    ".md": markdown,
    ".docx": word_passages,
    ".pdf": pdf_passages,
    ".html": page_passages,
    ".htm": page_passages,
}
"""How a file of each kind is opened: how it is written, and its passages."""


@dataclass
class TextReading:
    """One reading of texts."""

    sources: Sequence[Source]
    options: Options
    limits: Limits
    scratch: Path
    writer: Writer
    progress: Progress

    def __post_init__(self) -> None:
        self._lengths: array[int] = array("L")
        self._layout: dict[str, Any] = {}

    def write(self) -> dict[str, Any]:
        """Write every text and return what was seen.

        Raises:
            Refused: If the only file can't be read, or there are more texts or labels than are accepted.
        """
        for source in self.sources:
            try:
                with source.on_disk(self.scratch) as path:
                    self._write(source, path)
            except Fault as fault:
                self.writer.refuse(source.name, fault)
            except MemoryError:
                if len(self.sources) == 1:
                    raise
                message = "Reading the file takes too much memory; split it."
                self.writer.refuse(source.name, Fault("too_much_memory", message))
        return self._layout | {"characters": spread(self._lengths)}

    def _write(self, source: Source, path: Path) -> None:
        several = len(self.sources) > 1
        before = f"{source.name}, " if several else ""
        try:
            write_all = self._open(source, path, before)
        except Refused as refusal:
            if not several:
                raise
            raise Fault(refusal.code, refusal.message) from refusal
        before_it = self.writer.accepted, self.writer.reasons.total()
        write_all()
        if several and before_it == (self.writer.accepted, self.writer.reasons.total()):
            raise Fault("empty_file", "The file holds no text, so nothing was taken from it.")

    def _to_the_end(self, found: Iterator[T]) -> Iterator[T]:
        """Yield what is found; of one of several files that can't be read to its end, what came before stays."""
        before = self.writer.accepted
        try:
            yield from found
        except Refused as refusal:
            if len(self.sources) == 1:
                raise
            kept = self.writer.accepted - before
            said = f" What comes before that place was kept: {kept:,} texts." if kept else ""
            raise Fault(refusal.code, refusal.message + said) from refusal

    def _open(self, source: Source, path: Path, before: str) -> Callable[[], None]:
        """Return what writes the texts of the file, whose head was read and found well."""
        if source.suffix in DOCUMENTS:
            layout, passages = DOCUMENTS[source.suffix](path, self.options, self.limits)
            merge_layout(self._layout, layout)
            return lambda: self._write_passages(passages, before, source.label)
        table = open_table(path, source.suffix, self.options, self.limits, flat=False)
        columns = TextColumns.of(table.columns or _keys(table), self.options)
        merge_layout(self._layout, table.layout)
        return lambda: self._write_rows(table, columns, before, source.label)

    def _write_passages(self, passages: Passages, before: str, label: str) -> None:
        for where, passage in self._to_the_end(passages):
            place = f"{before}{where}"
            try:
                if "\0" in passage:
                    raise Fault("nul_character", "The paragraph holds the character NUL; remove it.")
                text = tidy(passage, self.limits)
                self.writer.add_text(name=place, text=text, label=checked_label(label), fields={})
                self._count(len(text))
            except Fault as fault:
                self.writer.refuse(place, fault)
            self.progress(self.writer.accepted, 0)

    def _write_rows(self, table: Table, columns: TextColumns, before: str, label: str) -> None:
        for place, fields in self._to_the_end(placed(table, before, self.writer.refuse)):
            try:
                self._count(write_text_row(place, dict(fields), columns, label, self.writer, self.limits))
            except Fault as fault:
                self.writer.refuse(place, fault)
            self.progress(self.writer.accepted, 0)

    def _count(self, characters: int) -> None:
        self._lengths.append(characters)
        if len(self._lengths) > self.limits.rows:
            raise Refused("too_many_rows", f"There are more than {self.limits.rows:,} texts; bring fewer.")


def _keys(table: Table) -> tuple[str, ...]:
    """Return the names that rows with names of their own have, else those that they are asked for."""
    found = dict.fromkeys(name for _, fields in table.head() for name in fields)
    return (*found,) or ("text", "label")
