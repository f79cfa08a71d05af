"""Any accepted files into a folder of records."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.files import Source, picked
from brandkiln.datasets.readers.images import read_images
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options
from brandkiln.datasets.readers.pairs import Pairs, is_listing
from brandkiln.datasets.readers.rows import Progress
from brandkiln.datasets.readers.sounds import read_sounds
from brandkiln.datasets.readers.sources import open_sources
from brandkiln.datasets.readers.table_records import write_table
from brandkiln.datasets.readers.tables import WITH_ROWS, Tables
from brandkiln.datasets.readers.texts import DOCUMENTS, TextReading
from brandkiln.datasets.readers.writer import Writer

ACCEPTED = {
    "image": ("a ZIP of images, PNG, JPEG, WebP, GIF, TIFF, DICOM or NIfTI", ()),
    "audio": ("a ZIP of sounds, WAV, FLAC or OGG", ()),
    "text": ("TXT, MD, DOCX, HTML, CSV, TSV, XLSX, Parquet or JSONL", (*WITH_ROWS, *DOCUMENTS)),
    "table": ("CSV, TSV, XLSX, Parquet or JSONL", (*WITH_ROWS, ".txt")),
}


def read_files(
    files: Sequence[tuple[Path, str]],
    *,
    kind: str,
    folder: Path,
    limits: Limits,
    options: Mapping[str, Any],
    progress: Progress,
) -> dict[str, Any]:
    """Write the records of the files into the folder and return what was accepted, refused and seen.

    Raises:
        Refused: If a file as a whole can't be trusted, or none is of the kind.
    """
    chosen = Options.of(options)
    with Writer(folder, limits) as writer, open_sources(files, limits) as opened:
        if opened.skipped:
            writer.notes["skipped_files"] = opened.skipped
        for name, fault in opened.refused:
            writer.refuse(name, fault)
        sources = _readable(opened.files, kind, writer)
        if kind == "image":
            seen = _read_pictures(sources, chosen, writer, limits, progress)
        elif kind == "audio":
            seen = read_sounds(sources, writer, limits, progress)
        elif kind == "table":
            tables = Tables(sources, chosen, limits, folder)
            seen = write_table(tables.blocks, chosen, writer, limits, progress, tables.layout)
            seen |= tables.layout
        else:
            seen = TextReading(sources, chosen, limits, folder, writer, progress).write()
    return {
        "accepted": writer.accepted,
        "refused": writer.reasons.total(),
        "reasons": dict(writer.reasons.most_common()),
        "faults": writer.faults,
        "notes": dict(writer.notes),
        **seen,
    }


def _readable(sources: Sequence[Source], kind: str, writer: Writer) -> Sequence[Source]:
    """Return the files whose names say that they are of the kind; the only one that is not refuses the whole."""
    accepted, suffixes = ACCEPTED[kind]
    if not suffixes:
        return sources
    readable = []
    for source in sources:
        if source.suffix in suffixes:
            readable.append(source)
            continue
        message = f'"{source.name}" is not read as {kind} data; bring {accepted}.'
        if len(sources) == 1:
            raise Refused("wrong_format", message)
        writer.refuse(source.name, Fault("wrong_format", message))
    return readable


def _read_pictures(
    sources: Sequence[Source], options: Options, writer: Writer, limits: Limits, progress: Progress
) -> dict[str, Any]:
    """Read images, with what listings among the files say of them."""
    images = picked(sources, lambda name: not is_listing(name))
    if 0 < len(images) < len(sources):
        listings = [source for source in sources if is_listing(source.name)]
        pairs = Pairs(listings, images, options, limits, writer.folder)
        pairs.read(writer)
        if pairs.found:
            named = pairs.named(images, writer)
            seen = read_images(named, writer, limits, progress, pairs.describe)
            return seen | {"columns": [one.summary() for one in pairs.figures]}
        return read_images(images, writer, limits, progress)
    return read_images(sources, writer, limits, progress)
