"""Files by number, whether they were brought as they are or lie in an archive. Many of them take little memory."""

import marshal
import os
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, overload

from brandkiln.datasets.readers.limits import Fault
from brandkiln.datasets.readers.listed import Entry, Listed

TOGETHER = 1_000
"""Files that are got at once."""
CHUNK = 2**20
T = TypeVar("T")


def suffix_of(name: str) -> str:
    """Return the end of a name in small letters, such as ".csv"; both ends of ".nii.gz"."""
    name = name.casefold().rpartition("/")[2]
    stem, _, end = name.rpartition(".")
    if name.endswith(".nii.gz"):
        return ".nii.gz"
    return f".{end}" if stem and end else ""


@dataclass(frozen=True, slots=True)
class Source:
    """One file."""

    name: str
    """Its path within what was brought."""
    label: str
    """The name of its folder, where folders tell files apart."""
    size: int
    path: Path | None
    archive: Listed | None
    entry: Entry | None

    @property
    def suffix(self) -> str:
        """The end of the name; see ``suffix_of``."""
        return suffix_of(self.name)

    def load(self, limit: int) -> bytes:
        """Return the content.

        Raises:
            Fault: If it is larger than `limit` or can't be unpacked.
        """
        if self.archive is not None and self.entry is not None:
            return self.archive.read(self.entry, limit)
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
        if done != self.entry.size:
            raise Fault("damaged_entry", "The file is cut off inside the archive; pack the archive anew.")


class Files(Sequence[Source]):
    """Files by number. What is known of them lies in a file, so that memory does not grow with their number."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="files-")  # noqa: SIM115  closed below
        self._ends = array("Q", [0])
        self._archives: list[Listed] = []
        self._first_folder: str | None = None
        self._labelled = False
        """Whether folders tell files apart; one around everything is a wrapper, not a label."""

    def add(self, name: str, path: Path) -> None:
        """Add a file that was brought."""
        self._add(name, path.stat().st_size, str(path), None, None)

    def add_packed(self, name: str, archive: int, entry: bytes) -> None:
        """Add a file that lies in an archive."""
        self._add(name, Entry.of(entry).size, None, archive, entry)

    def hold(self, archive: Listed) -> int:
        """Return the number of an archive."""
        self._archives.append(archive)
        return len(self._archives) - 1

    def _add(self, *known: Any) -> None:
        folder = _folder(known[0])
        if self._first_folder is None:
            self._first_folder = folder
        self._labelled = self._labelled or folder != self._first_folder
        self._ends.append(self._ends[-1] + self._file.write(marshal.dumps(known)))

    def finish(self) -> None:
        """Let files be got; processes that are forked later may get them too."""
        self._file.flush()

    def close(self) -> None:
        """Forget the files, and close the archives."""
        self._file.close()
        for archive in self._archives:
            archive.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, number: int) -> Source: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Source]: ...
    def __getitem__(self, number: int | slice) -> Source | Sequence[Source]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        return self._source(os.pread(self._file.fileno(), end - start, start))

    def __iter__(self) -> Iterator[Source]:
        return map(self._source, self._pieces())

    def names(self) -> Iterator[str]:
        """Yield the names alone, which is much quicker."""
        return (marshal.loads(known)[0] for known in self._pieces())  # noqa: S302  our own

    def _pieces(self) -> Iterator[bytes]:
        for first in range(0, len(self), TOGETHER):
            ends = self._ends[first : first + TOGETHER + 1]
            piece = os.pread(self._file.fileno(), ends[-1] - ends[0], ends[0])
            yield from [piece[start - ends[0] : end - ends[0]] for start, end in pairwise(ends)]

    def _source(self, known: bytes) -> Source:
        name, size, path, archive, entry = marshal.loads(known)  # noqa: S302  our own
        label = _folder(name) if self._labelled else ""
        if path is not None:
            return Source(name, label, size, Path(path), None, None)
        return Source(name, label, size, None, self._archives[archive], Entry.of(entry))


class Picked(Sequence[Source]):
    """Some of the files, in order."""

    def __init__(self, files: Sequence[Source], places: "array[int]") -> None:
        self._files, self._places = files, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, number: int) -> Source: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Source]: ...
    def __getitem__(self, number: int | slice) -> Source | Sequence[Source]:
        if isinstance(number, slice):
            return Picked(self._files, self._places[number])
        return self._files[self._places[number]]

    def __iter__(self) -> Iterator[Source]:
        return self._wanted(self._files)

    def names(self) -> Iterator[str]:
        """Yield the names alone."""
        return self._wanted(names_of(self._files))

    def _wanted(self, of: "Iterable[T]") -> "Iterator[T]":
        wanted = iter(self._places)
        place = next(wanted, None)
        for number, one in enumerate(of):
            if number == place:
                yield one
                if (place := next(wanted, None)) is None:
                    return


def names_of(files: Sequence[Source]) -> Iterator[str]:
    """Yield the names of the files, where they can be had without the rest."""
    return files.names() if isinstance(files, Files | Picked) else (source.name for source in files)


def picked(files: Sequence[Source], keep: Callable[[str], bool]) -> Sequence[Source]:
    """Return the files whose names are to be kept."""
    places = array("I", (number for number, name in enumerate(names_of(files)) if keep(name)))
    return files if len(places) == len(files) else Picked(files, places)


def _folder(name: str) -> str:
    folder = name.rpartition("/")[0].rpartition("/")[2]
    return folder if folder not in ("", ".") else PurePosixPath(name).parent.name
