"""Labels and captions as files: CSV, JSON and JSON lines, read and written."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.tables import FORMULA_STARTS, plain_cell
from brandkiln.core.text import is_storable
from brandkiln.datasets.label_sets import clean_label, label_set_of
from brandkiln.datasets.labelling import Filter, labelled_page
from brandkiln.datasets.labels import CAPTION_LENGTH, CAPTIONED
from brandkiln.datasets.models import DatasetVersion, Kind

LARGEST = 16 * 2**20
MOST_ROWS = 200_000
NAMES = ("name", "file", "filename", "image", "path", "record")
LABELS = ("label", "class", "category")
CAPTIONS = ("caption", "text", "description")
PAGE = 1_000
COLUMNS = ("position", "name", "split", "label", "caption", "revision")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file of labels; None is a part that the file does not have."""

    name: str
    label: str | None
    caption: str | None


def read_labels(data: bytes) -> list[Row]:
    """Return the lines of a CSV, JSON or JSON lines file.

    Raises:
        Unprocessable: If it is too large, can't be read, or has no names, or neither labels nor captions.
    """
    if len(data) > LARGEST:
        raise _unfit(
            _("The file has %(size)d MiB; at most %(most)d are read. Split it.")
            % {"size": len(data) // 2**20, "most": LARGEST // 2**20}
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unfit(_("The file is not UTF-8. Save it as UTF-8 and choose it again.")) from error
    start = text.lstrip()[:1]
    lines = _json_lines(text) if start in ("{", "[") else _csv_lines(text)
    rows = []
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise _unfit(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
        rows.append(_row(number, line))
    if not rows:
        raise _unfit(_("The file holds no rows; each needs a name and a label or a caption."))
    return rows


def labels_csv(version: DatasetVersion) -> Iterator[str]:
    """Yield the labels of all records as CSV, line by line; no cell begins as a formula would."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in _exported(version):
        yield writer.writerow([plain_cell(row[name]) for name in COLUMNS])


def labels_jsonl(version: DatasetVersion) -> Iterator[str]:
    """Yield the labels of all records as JSON lines."""
    for row in _exported(version):
        yield json.dumps(row, ensure_ascii=False) + "\n"


class _Line:
    def write(self, text: str) -> str:
        return text


def _exported(version: DatasetVersion) -> Iterator[dict[str, Any]]:
    labels, after = label_set_of(version), -1
    captioned = Kind(version.dataset.kind) in CAPTIONED
    while True:
        page = labelled_page(version, labels, which=Filter(), after=after, limit=PAGE)
        for row in page.rows:
            yield {
                "position": row.record.position,
                "name": row.record.name,
                "split": row.record.split,
                "label": row.label,
                "caption": row.caption if captioned else "",
                "revision": row.said.revision,
            }
        if page.next is None:
            return
        after = page.next


def _csv_lines(text: str) -> Iterator[dict[str, Any]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if not set(names) & set(NAMES) or not set(names) & {*LABELS, *CAPTIONS}:
            raise _unfit(
                _('The first row has to name the columns: "name", and "label" or "caption"; it says %(row)s.')
                % {"row": ", ".join(names[:6])[:120] or "-"}
            )
        for cells in reader:
            line = {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()}
            if line.keys() & {*LABELS, *CAPTIONS}:  # an empty cell says nothing
                yield line
    except csv.Error as error:
        raise _unfit(
            _("Line %(line)d of the file can't be read as CSV: %(why)s.")
            % {"line": reader.line_num, "why": error}
        ) from error


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    try:
        if text.lstrip().startswith("["):
            found: Any = json.loads(text)
            yield from found
            return
        for line in text.splitlines():
            if line.strip():
                yield json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _unfit(_("The file can't be read as JSON: %(why)s.") % {"why": str(error)[:200]}) from error


def _row(number: int, line: Any) -> Row:
    if not isinstance(line, dict):
        raise _unfit(_("Row %(number)d is no object with a name and a label.") % {"number": number})
    cells = {str(name).strip().casefold(): value for name, value in line.items()}
    name, label, caption = (_first(cells, names) for names in (NAMES, LABELS, CAPTIONS))
    if not name or (label is None and caption is None):
        raise _unfit(_('Row %(number)d lacks "name", or both "label" and "caption".') % {"number": number})
    if len(caption or "") > CAPTION_LENGTH or not is_storable([name, caption or ""]):
        raise _unfit(
            _("Row %(number)d has a caption of more than %(most)d characters, or one that is no character.")
            % {"number": number, "most": CAPTION_LENGTH}
        )
    return Row(_unguarded(name), None if label is None else clean_label(_unguarded(label)), caption)


def _first(cells: dict[str, Any], names: tuple[str, ...]) -> str | None:
    value = next((cells[name] for name in names if cells.get(name) is not None), None)
    return None if value is None else str(value).strip()


def _unguarded(cell: str) -> str:
    """Return a cell without the mark that an export put before what looked like a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _unfit(message: str) -> Unprocessable:
    return Unprocessable(message, fields={"file": message})
