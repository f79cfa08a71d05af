"""The files of one reading as one list: those that were brought, and those inside the archives among them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from brandkiln.datasets.readers.files import Files, Source
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.listed import SKIPPED, Listed

ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
READ_BY_NAME = (
    ".xlsx",
    ".xlsm",
    ".docx",
    ".pdf",
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".md",
    ".html",
    ".htm",
    ".jsonl",
    ".ndjson",
)
"""Ends of names of files that are read as one file though they may be archives inside."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All files of a reading, those of an archive in the order of their names."""

    files: Sequence[Source]
    skipped: int
    """How many were left out because programs add them unasked."""
    refused: Sequence[tuple[str, Fault]] = ()
    """Archives among several files that can't be trusted, and why."""


@contextmanager
def open_sources(files: Sequence[tuple[Path, str]], limits: Limits) -> Iterator[Sources]:
    """Give the files, with every archive among them checked and open.

    Raises:
        Refused: If the only file is an archive that can't be trusted, or there are too many files.
    """
    with closing(Files()) as made:
        skipped = 0
        refused: list[tuple[str, Fault]] = []
        for path, name in files:
            if not is_archive(path, name):
                if len(files) > 1 and _is_unasked(name):
                    skipped += 1
                else:
                    made.add(name, path)
                continue
            try:
                archive = Listed(path, limits)
            except Refused as refusal:
                if len(files) == 1:
                    raise
                refused.append((name, Fault(refusal.code, refusal.message)))
                continue
            number = made.hold(archive)
            skipped += archive.skipped
            inside = f"{PurePosixPath(name).with_suffix('')}/" if len(files) > 1 else ""
            for entry_name, entry in archive.take_all():
                made.add_packed(inside + entry_name, number, entry)
        if len(made) > limits.entries:
            raise Refused(
                "too_many_files",
                f"There are {len(made):,} files; {limits.entries:,} are accepted at once. Bring them in parts.",
            )
        made.finish()
        yield Sources(made, skipped, refused)


def is_archive(path: Path, name: str) -> bool:
    """Return whether a file is a ZIP archive to be looked into, and not a document that is packed as one."""
    suffix = PurePosixPath(name.casefold()).suffix
    if suffix in READ_BY_NAME:
        return False
    with path.open("rb") as source:
        head = source.read(4)
    return head in ARCHIVE_STARTS or (suffix == ".zip" and head.startswith(b"PK"))


def _is_unasked(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") for part in parts) or (bool(parts) and parts[-1].casefold() in SKIPPED)
