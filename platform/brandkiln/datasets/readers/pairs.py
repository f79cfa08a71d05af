"""Listings that come with images: rows that name an image file and say its caption, its label and its attributes."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from brandkiln.datasets.checks.column_figures import ColumnFigures
from brandkiln.datasets.checks.columns import ColumnType, TypeFinder, find_types
from brandkiln.datasets.readers.files import Source, picked, suffix_of
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options, chosen_column, shown
from brandkiln.datasets.readers.rows import OnFaultAt, find_label, find_text, tidy
from brandkiln.datasets.readers.shelf import Shelf
from brandkiln.datasets.readers.tables import WITH_ROWS, Table, named, open_table, placed
from brandkiln.datasets.readers.writer import Writer, checked_label

IMAGE_NAMES = ("file", "filename", "file_name", "image", "image_file", "image_path", "path")


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an image."""

    label: str
    text: str = ""
    fields: dict[str, Any] | None = None


Describe = Callable[[Source], Said]


def said_by_folder(source: Source) -> Said:
    """Return the label that the folder gives."""
    return Said(source.label)


def is_listing(name: str) -> bool:
    """Return whether the file may name images, by its own name."""
    return suffix_of(name) in WITH_ROWS


def find_image_column(columns: tuple[str, ...], options: Options) -> str | None:
    """Return the column that names image files: the chosen one, else the one of a known name.

    Raises:
        Refused: If the chosen one is not there.
    """
    if options.image_column:
        return chosen_column(options.image_column, columns, "name of the image")
    by_key = {name.casefold(): name for name in columns}
    return next((by_key[key] for key in IMAGE_NAMES if key in by_key), None)


class Pairs:
    """The rows of all listings, found by the image that they name."""

    def __init__(
        self,
        listings: Sequence[Source],
        images: Sequence[Source],
        options: Options,
        limits: Limits,
        scratch: Path,
    ) -> None:
        self._listings = listings
        self._options = options
        self._limits = limits
        self._scratch = scratch
        self._names = _Names(images)
        self._rows = Shelf()
        self._row_of: dict[str, int] = {}
        """The number of the row of each image, by the name of its file."""
        self.figures: list[ColumnFigures] = []
        self.found = False
        """Whether a listing has a column that names images."""

    def read(self, writer: Writer) -> None:
        """Read the listings; a row that can't be used is a fault.

        Raises:
            Refused: If a listing can't be trusted, or none names images in a column that can be told.
        """
        finders: dict[str, TypeFinder] = {}
        for place, row in self._each(writer, _ignore):
            for name, value in row.fields.items():
                finders.setdefault(name, TypeFinder(self._options.numbers)).see(value, place)
        types, _ = find_types(finders, self._options.numbers)
        figures = {name: ColumnFigures(name, kind) for name, kind in types.items()}
        for place, row in self._each(None, writer.refuse):
            try:
                self._keep(row, types, figures)
            except Fault as fault:
                writer.refuse(place, fault)
        self._rows.finish()
        self.figures = list(figures.values())

    def named(self, images: Sequence[Source], writer: Writer) -> Sequence[Source]:
        """Return the images that a row names; the others are faults."""

        def is_named(name: str) -> bool:
            if name in self._row_of:
                return True
            writer.refuse(name, Fault("unnamed_image", "No row of the listing names this image; add one."))
            return False

        return picked(images, is_named)

    def describe(self, source: Source) -> Said:
        """Return what the listing says of the image."""
        row = json.loads(self._rows.get(self._row_of[source.name]))
        return Said(row["label"] or source.label, row["text"], row["fields"])

    def _keep(self, row: "_Row", types: dict[str, ColumnType], figures: dict[str, ColumnFigures]) -> None:
        if not isinstance(row.image, str) or not row.image.strip():
            raise Fault("no_image_name", "The row names no image.")
        source = self._names.find(row.image.strip(), row.folder)
        if source.name in self._row_of:
            raise Fault("named_twice", f'"{source.name}" is named by an earlier row already.')
        text = "" if row.text is None or not str(row.text).strip() else tidy(str(row.text), self._limits)
        label = checked_label("" if row.label is None else str(row.label))
        fields = {name: kind.read(row.fields.get(name)) for name, kind in types.items()}
        self._row_of[source.name] = len(self._rows)
        self._rows.add(json.dumps({"label": label, "text": text, "fields": fields}, ensure_ascii=False))
        for name, value in fields.items():
            figures[name].see(value)

    def _each(self, writer: Writer | None, on_fault: OnFaultAt) -> Iterator[tuple[str, "_Row"]]:
        for source in self._listings:
            try:
                with source.on_disk(self._scratch) as path:
                    table = open_table(path, source.suffix, self._options, self._limits, flat=True)
                    yield from self._rows_of(source, table, on_fault)
            except Fault as fault:
                if writer:
                    writer.refuse(source.name, fault)
            except Refused as refusal:
                raise named(refusal, source.name) from None

    def _rows_of(self, source: Source, table: Table, on_fault: OnFaultAt) -> Iterator[tuple[str, "_Row"]]:
        before = f"{source.name}, "
        columns = _Columns.of(table.columns, self._options) if table.columns else None
        folder = PurePosixPath(source.name).parent
        for count, (place, fields) in enumerate(placed(table, before, on_fault), start=1):
            if count > self._limits.entries:
                raise Refused(
                    "too_many_rows", f"The listing names more than {self._limits.entries:,} images."
                )
            columns = columns or _Columns.of(tuple(fields), self._options)
            self.found = True
            yield place, columns.split(dict(fields), folder)


@dataclass(frozen=True, slots=True)
class _Row:
    image: Any
    text: Any
    label: Any
    fields: dict[str, Any]
    folder: PurePosixPath


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the rows of a listing say what."""

    image: str
    text: str | None
    label: str | None

    @classmethod
    def of(cls, columns: tuple[str, ...], options: Options) -> "_Columns":
        image = find_image_column(columns, options)
        if image is None:
            raise Fault(
                "no_image_column",
                f'No column is called "image" or "file" among {shown(columns)}, so the file says nothing of '
                "images; rename or choose the column that names them.",
            )
        return cls(image, find_text(columns, options), find_label(columns, options, "text"))

    def split(self, fields: dict[str, Any], folder: PurePosixPath) -> _Row:
        image = fields.pop(self.image, None)
        text = fields.pop(self.text, None) if self.text else None
        label = fields.pop(self.label, None) if self.label else None
        return _Row(image, text, label, fields, folder)


class _Names:
    """Finds the image that a listing means, whatever folder it stands in and however its name is written."""

    def __init__(self, images: Sequence[Source]) -> None:
        self._by_path = {_key(source.name): source for source in reversed(images)}
        self._count = Counter(_key(PurePosixPath(source.name).name) for source in images)
        self._by_last = {_key(PurePosixPath(source.name).name): source for source in images}

    def find(self, name: str, folder: PurePosixPath) -> Source:
        path = name.replace("\\", "/").removeprefix("./")
        for candidate in (str(folder / path), path):
            if found := self._by_path.get(_key(candidate)):
                return found
        last = _key(PurePosixPath(path).name)
        if self._count[last] == 1:
            return self._by_last[last]
        if self._count[last]:
            raise Fault(
                "ambiguous_image", f'"{name[:200]}" may mean {self._count[last]} files; write its folder too.'
            )
        raise Fault("missing_image", f'"{name[:200]}" is not among the files; add it or take its row out.')


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _ignore(place: str, fault: Fault) -> None:
    """The first pass leaves the counting to the second."""
