"""Where the rows of a bulk come from: a file, read in a process of its own, or a version of a data set."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotFound, StudioError, Unprocessable
from brandkiln.datasets.filenames import safe_filename
from brandkiln.datasets.lines import whole
from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.datasets.quotas import scratch
from brandkiln.datasets.readers.limits import Limits, ReaderFailed, Refused
from brandkiln.datasets.readers.process import read_in_child
from brandkiln.datasets.readers.writer import canonical, digest
from brandkiln.workspaces.models import Workspace

Column = dict[str, Any]
MOST_ROWS = 50_000
MOST_BYTES = 64 * 2**20
MOST_COLUMNS = 200
LIMITS = Limits(
    wall_seconds=60.0, cpu_seconds=60, rows=MOST_ROWS, columns=MOST_COLUMNS, cell_characters=20_000
)


class ReadingFailed(StudioError):
    """The machine could not read the file, which may be fine."""

    code, status = "reading_failed", 503


@dataclass(frozen=True)
class Table:
    """The rows that a bulk makes something of.

    Attributes:
        columns: Name and type of each, in the order of the file, and how its numbers are written.
        refused: Rows that could not be read: where and why, of at most some.
    """

    columns: list[Column]
    rows: list[dict[str, Any]]
    filename: str = ""
    version: DatasetVersion | None = None
    refused: tuple[dict[str, str], ...] = ()


def read_file(file: "UploadedFile[Any]") -> Table:
    """Return the rows of a CSV, Excel, JSONL or Parquet file.

    Raises:
        Unprocessable: If it is too large, or no table.
        ReadingFailed: If this machine can't read it just now.
    """
    name = safe_filename(file.name or "table.csv")
    if (file.size or 0) > MOST_BYTES:
        raise _unfit(
            _("The file has %(size)d MB; at most %(most)d MB are read. Bring a data set instead.")
            % {"size": (file.size or 0) // 2**20, "most": MOST_BYTES // 2**20}
        )
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=scratch()) as folder:
        path = Path(folder) / "table"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        return _read(path, name, Path(folder))


def _read(path: Path, name: str, folder: Path) -> Table:
    records = folder / "records"
    records.mkdir()
    try:
        seen = read_in_child(
            [(path, name)], kind="table", folder=records, limits=LIMITS, options={"label_column": ""},
            progress=lambda done, total: None,
        )  # fmt: skip
    except Refused as refusal:
        raise _unfit(refusal.message) from refusal
    except ReaderFailed as failure:
        raise ReadingFailed(
            _("The file could not be read on this machine: %(why)s. Try again in a moment.")
            % {"why": failure}
        ) from failure
    with (records / "records.jsonl").open(encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(whole(line).fields) for line in lines]
    return Table(_columns(seen["columns"]), rows, name, refused=tuple(seen.get("faults", ())[:20]))


def read_version(version: DatasetVersion) -> Table:
    """Return the records of a data set version as rows.

    Raises:
        Unprocessable: If it holds no rows of text, or too many.
    """
    return Table(columns_of(version), list(records_of(version)), version=version)


def columns_of(version: DatasetVersion) -> list[Column]:
    """Return the columns of the rows that the records of a version make.

    Raises:
        Unprocessable: If it holds no rows of text, or too many.
    """
    if version.dataset.kind not in (Kind.TABLE, Kind.TEXT):
        raise _unfit(_("%(name)s holds no rows. Choose a table or texts.") % {"name": version})
    if not version.record_count:
        raise _unfit(_("The table holds no rows."))
    if version.record_count > MOST_ROWS:
        raise _unfit(_too_many(version.record_count))
    known = {one["name"]: one for one in version.report.get("columns", ())}
    columns = _columns(
        one | {"written": known.get(one["name"], {}).get("written")} for one in version.columns
    )
    columns += [{"name": name, "type": "text"} for name in _beside(version)]
    _check_width(columns)
    return columns


def _columns(found: Iterable[Mapping[str, Any]]) -> list[Column]:
    """Return what a bulk keeps of columns: name, type, and how numbers are written."""
    return [
        {"name": one["name"], "type": one["type"]}
        | ({"written": one["written"]} if one.get("written") else {})
        for one in found
    ]


def records_of(version: DatasetVersion, first: int = 0, count: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the records of a version as rows, in order: all, or so many from one on."""
    rows = version.records.order_by("position").values_list("fields", "text", "label")
    extra = _beside(version)
    for fields, text, label in rows[first : None if count is None else first + count].iterator(2000):
        more = {"text": text, "label": label}
        yield fields | {name: more[name] for name in extra}


def content_of(cells: Mapping[str, Any], kind: str) -> str:
    """Return the hash of the record whose cells a row has, by which the record is known."""
    if kind == Kind.TABLE:
        return digest(canonical(cells).encode())
    fields = {name: cell for name, cell in cells.items() if name not in ("text", "label")}
    text = str(cells.get("text", ""))
    return digest((canonical({"text": text, "fields": fields}) if fields else text).encode())


def _beside(version: DatasetVersion) -> list[str]:
    """Return what a record holds beside its fields."""
    return ["text", "label"] if version.dataset.kind == Kind.TEXT else []


def find_version(workspace: Workspace, key: Any) -> DatasetVersion:
    """Return a version of the workspace that rows can be taken from.

    Raises:
        NotFound: If there is none.
    """
    versions = DatasetVersion.objects.select_related("dataset").filter(workspace=workspace, trashed_at=None)
    found = versions.filter(pk=key, dataset__trashed_at=None).first()
    if found is None:
        raise NotFound(_("There is no such data set version in this workspace."))
    return found


def table_of(rows: list[dict[str, Any]]) -> Table:
    """Return rows that a program sent, with the columns that they have."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {}
    for name in names:
        found = {type(row[name]) for row in rows if row.get(name) not in (None, "")}
        whole_number, flag = found == {int}, found == {bool}
        decimal = bool(found) and found <= {int, float}
        kinds[name] = "flag" if flag else "whole" if whole_number else "decimal" if decimal else "text"
    return Table([{"name": name, "type": kinds[name]} for name in names], rows)


def check_size(table: Table) -> None:
    """Raise Unprocessable unless the table has rows, and not too many."""
    if not table.rows:
        raise _unfit(_("The table holds no rows."))
    if len(table.rows) > MOST_ROWS:
        raise _unfit(_too_many(len(table.rows)))
    _check_width(table.columns)


def _check_width(columns: list[Column]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise _unfit(_("The table has %(n)d columns; at most %(most)d are taken.")
                     % {"n": len(columns), "most": MOST_COLUMNS})  # fmt: skip


def _too_many(count: int) -> str:
    return _("There are %(n)d rows; a bulk takes at most %(most)d. Split the table.") % {
        "n": count,
        "most": MOST_ROWS,
    }


def _unfit(message: str) -> Unprocessable:
    return Unprocessable(message, fields={"file": message})
