"""Any accepted file into a folder of records."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.delimited import delimited_rows
from brandkiln.datasets.readers.images import read_images
from brandkiln.datasets.readers.jsonl import jsonl_rows
from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.readers.paragraphs import read_paragraphs
from brandkiln.datasets.readers.rows import Progress, Rows, write_table, write_texts
from brandkiln.datasets.readers.writer import Writer

DELIMITED = (".csv", ".tsv")
JSON_LINES = (".jsonl", ".ndjson")
PLAIN = (".txt", ".md")
ACCEPTED = {
    "image": ("a ZIP of images, PNG, JPEG, WebP or GIF", ()),
    "text": ("TXT, CSV or JSONL", (*DELIMITED, *JSON_LINES, *PLAIN)),
    "table": ("CSV or JSONL", (*DELIMITED, *JSON_LINES, ".txt")),
}


def read_file(
    path: Path, filename: str, kind: str, folder: Path, limits: Limits, progress: Progress
) -> dict[str, Any]:
    """Write the records of the file into the folder and return what was accepted, refused and seen.

    Raises:
        Refused: If the file as a whole can't be trusted or is of another kind.
    """
    suffix = Path(filename).suffix.casefold()
    accepted, suffixes = ACCEPTED[kind]
    if suffixes and suffix not in suffixes:
        raise Refused("wrong_format", f'"{filename}" is not read as {kind} data; bring {accepted}.')
    with Writer(folder, limits) as writer:
        if kind == "image":
            seen = read_images(path, filename, writer, limits, progress)
        elif kind == "text" and suffix in PLAIN:
            seen = read_paragraphs(path, writer, limits, progress)
        else:
            _refuse_binary(path, filename, accepted)
            layout, columns, rows = _rows(path, suffix, kind, limits)
            if kind == "table":
                seen = layout | write_table(rows, writer, limits, progress)
            else:
                seen = layout | write_texts(rows, columns, writer, limits, progress)
    return {
        "accepted": writer.accepted,
        "refused": writer.reasons.total(),
        "reasons": dict(writer.reasons.most_common()),
        "faults": writer.faults,
        "notes": dict(writer.notes),
        **seen,
    }


def _rows(path: Path, suffix: str, kind: str, limits: Limits) -> tuple[dict[str, Any], tuple[str, ...], Rows]:
    """Return how the file is written, the columns that a text may stand in, and how to read its rows."""
    if suffix in JSON_LINES:
        encoding, rows = jsonl_rows(path, limits, flat=kind == "table")
        return {"encoding": encoding}, ("text", "label"), rows
    layout, rows = delimited_rows(path, limits)
    shown = {name: value for name, value in asdict(layout).items() if name != "columns"}
    return shown, layout.columns, rows


def _refuse_binary(path: Path, filename: str, accepted: str) -> None:
    with path.open("rb") as source:
        magic = source.read(4)
    if magic[:2] == b"PK":
        raise Refused(
            "wrong_format", f'"{filename}" is a ZIP archive or a spreadsheet; save it as {accepted}.'
        )
