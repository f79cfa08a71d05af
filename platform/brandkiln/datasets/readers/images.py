"""Images: a ZIP of folders, or one image file."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from brandkiln.datasets.checks.images import ImageTally
from brandkiln.datasets.readers.archive import open_archive, read_entry, wanted
from brandkiln.datasets.readers.decode import decode
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.datasets.readers.writer import Writer, checked_label

Progress = Callable[[int, int], None]
Source = tuple[str, str, Callable[[], bytes]]
"""A name, a label, and how to get the bytes."""


def read_images(
    path: Path, filename: str, writer: Writer, limits: Limits, progress: Progress
) -> dict[str, object]:
    """Write every image of the file and return what was seen.

    Raises:
        Refused: If it is an archive that can't be trusted.
    """
    with path.open("rb") as source:
        is_archive = source.read(2) == b"PK"
    if not is_archive:
        return _read(iter([(filename, "", partial(_single, path, limits))]), 1, writer, limits, progress)
    with open_archive(path, limits) as archive:
        entries = list(wanted(archive))
        files = sum(not entry.is_dir() for entry in archive.infolist())
        if files > len(entries):
            writer.notes["skipped_files"] = files - len(entries)
        labels = folder_labels([name for _, name in entries])
        sources = (
            (name, label, partial(read_entry, archive, entry, limits.image_bytes))
            for (entry, name), label in zip(entries, labels, strict=True)
        )
        return _read(sources, len(entries), writer, limits, progress)


def folder_labels(names: list[str]) -> list[str]:
    """Return the name of the folder that each file lies in; one folder around everything is a wrapper, not a label."""
    folders = [PurePosixPath(name).parent.name for name in names]
    return folders if len(set(folders)) > 1 else [""] * len(names)


def _read(
    sources: Iterator[Source], total: int, writer: Writer, limits: Limits, progress: Progress
) -> dict[str, object]:
    tally = ImageTally()
    names: dict[str, str] = {}
    for done, (name, label, load) in enumerate(sources, start=1):
        try:
            if (first := names.setdefault(name.casefold(), name)) is not name:
                raise Fault(
                    "same_name", f'The name is the same as "{first}" on most machines; rename one of the two.'
                )
            label = checked_label(label)
            picture = decode(load(), limits)
            writer.add_image(name=name, label=label, png=picture.png, thumbnail=picture.thumbnail)
            tally.see(picture)
            writer.notes.update(picture.notes)
        except Fault as fault:
            writer.refuse(name, fault)
        progress(done, total)
    return tally.summary()


def _single(path: Path, limits: Limits) -> bytes:
    if path.stat().st_size > limits.image_bytes:
        raise Fault("file_too_large", f"An image file may have {limits.image_bytes:,} bytes.")
    return path.read_bytes()
