"""The files of one reading as one list: those that were brought, and those inside the archives among them."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from brandkiln.datasets.readers.archive import SKIPPED, open_archive, read_entry, wanted
from brandkiln.datasets.readers.limits import Fault, Limits, Refused

CHUNK = 2**20
ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
READ_BY_NAME = (
    ".xlsx",
    ".xlsm",
    ".docx",
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
class Source:
    """One file."""

    name: str
    """Its path within what was brought."""
    label: str
    """The name of its folder, where folders tell files apart."""
    size: int
    path: Path | None
    archive: zipfile.ZipFile | None
    entry: zipfile.ZipInfo | None

    @property
    def suffix(self) -> str:
        """The end of the name in small letters, such as ".csv"; both ends of ".nii.gz"."""
        name = PurePosixPath(self.name.casefold())
        return ".nii.gz" if name.name.endswith(".nii.gz") else name.suffix

    def load(self, limit: int) -> bytes:
        """Return the content.

        Raises:
            Fault: If it is larger than `limit` or can't be unpacked.
        """
        if self.archive is not None and self.entry is not None:
            return read_entry(self.archive, self.entry, limit)
        assert self.path is not None
        if self.size > limit:
            raise Fault("file_too_large", f"The file has {self.size:,} bytes; {limit:,} are read at most.")
        return self.path.read_bytes()

    @contextmanager
    def on_disk(self, scratch: Path) -> Iterator[Path]:
        """Give the path of the file, which is unpacked for so long where it lies in an archive.

        Raises:
            Fault: If it can't be unpacked.
        """
        if self.path is not None:
            yield self.path
            return
        target = scratch / "unpacked"
        try:
            self._unpack(target)
            yield target
        finally:
            target.unlink(missing_ok=True)

    def _unpack(self, target: Path) -> None:
        assert self.archive is not None
        assert self.entry is not None
        done = 0
        try:
            with self.archive.open(self.entry) as packed, target.open("wb") as plain:
                while piece := packed.read(CHUNK):
                    done += plain.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            raise Fault(
                "damaged_entry", f"The file can't be unpacked ({error}); pack the archive anew."
            ) from error
        if done != self.entry.file_size:
            raise Fault("damaged_entry", "The file is cut off inside the archive; pack the archive anew.")


@dataclass(frozen=True, slots=True)
class Sources:
    """All files of a reading, those of an archive in the order of their names."""

    files: list[Source]
    skipped: int
    """How many were left out because programs add them unasked."""


@contextmanager
def open_sources(files: Sequence[tuple[Path, str]], limits: Limits) -> Iterator[Sources]:
    """Give the files, with every archive among them checked and open.

    Raises:
        Refused: If an archive can't be trusted, or there are too many files.
    """
    with ExitStack() as stack:
        found: list[tuple[str, Path | None, zipfile.ZipFile | None, zipfile.ZipInfo | None]] = []
        skipped = 0
        for path, name in files:
            if not is_archive(path, name):
                if len(files) > 1 and _is_unasked(name):
                    skipped += 1
                else:
                    found.append((name, path, None, None))
                continue
            archive = stack.enter_context(_opened(path, name, limits, several=len(files) > 1))
            entries = list(wanted(archive))
            skipped += sum(not entry.is_dir() for entry in archive.infolist()) - len(entries)
            inside = f"{PurePosixPath(name).with_suffix('')}/" if len(files) > 1 else ""
            found += [(inside + entry_name, None, archive, entry) for entry, entry_name in entries]
        if len(found) > limits.entries:
            raise Refused(
                "too_many_files",
                f"There are {len(found):,} files; {limits.entries:,} are accepted at once. Bring them in parts.",
            )
        labels = folder_labels([name for name, *_ in found])
        yield Sources(
            [
                Source(name, label, entry.file_size if entry else _size(path), path, archive, entry)
                for (name, path, archive, entry), label in zip(found, labels, strict=True)
            ],
            skipped,
        )


def is_archive(path: Path, name: str) -> bool:
    """Return whether a file is a ZIP archive to be looked into, and not a document that is packed as one."""
    suffix = PurePosixPath(name.casefold()).suffix
    if suffix in READ_BY_NAME:
        return False
    with path.open("rb") as source:
        head = source.read(4)
    return head in ARCHIVE_STARTS or (suffix == ".zip" and head.startswith(b"PK"))


def folder_labels(names: Sequence[str]) -> list[str]:
    """Return the name of the folder that each file lies in; one folder around everything is a wrapper, not a label."""
    folders = [_folder(name) for name in names]
    return folders if len(set(folders)) > 1 else [""] * len(names)


def _folder(name: str) -> str:
    folder = name.rpartition("/")[0].rpartition("/")[2]
    return folder if folder not in ("", ".") else PurePosixPath(name).parent.name


def _opened(path: Path, name: str, limits: Limits, *, several: bool) -> zipfile.ZipFile:
    try:
        return open_archive(path, limits)
    except Refused as refusal:
        if not several:
            raise
        raise Refused(refusal.code, f'"{name}": {refusal.message}') from refusal


def _is_unasked(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") for part in parts) or (bool(parts) and parts[-1].casefold() in SKIPPED)


def _size(path: Path | None) -> int:
    return path.stat().st_size if path else 0
