"""The files inside an archive: listed without holding the directory in memory, read at their places."""

import marshal
import os
import tempfile
import unicodedata
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, Self

from brandkiln.datasets.readers.archive import (
    LOCAL,
    check_entry,
    check_overlap,
    check_totals,
    least_span,
    opened,
    too_many,
)
from brandkiln.datasets.readers.limits import Fault, Limits, Refused

SKIPPED = {"thumbs.db", "desktop.ini"}


class Entry(NamedTuple):
    """What the directory says of a file."""

    name: str
    """As it stands in the archive."""
    offset: int
    packed: int
    size: int
    crc: int
    method: int
    flags: int

    @classmethod
    def of(cls, packed: bytes) -> Self:
        """Return what `Listed.take_all` gave."""
        return cls(*marshal.loads(packed))  # noqa: S302  our own


class Listed:
    """The files of an archive in the order of their names, without what programs add unasked.

    What the directory says of them lies in a file, so that memory does not grow with their number.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open and check the archive.

        Raises:
            Refused: As `open_archive`.
        """
        self.skipped = 0
        self._limits = limits
        self._starts, self._stops = array("q"), array("q")
        self._total = 0
        self._names: list[str] = []
        self._offsets = array("q")
        self._ends = array("Q", [0])
        self._entries = tempfile.TemporaryFile(prefix="entries-")  # noqa: SIM115  closed below
        size = path.stat().st_size
        try:
            self._archive = opened(path, limits, self._take)
        except BaseException:
            self._entries.close()
            raise
        try:
            check_totals(self._total, size, limits)
            order = sorted(range(len(self._starts)), key=self._starts.__getitem__)
            check_overlap(((self._starts[one], self._stops[one]) for one in order), size)
        except Refused:
            self.close()
            raise
        self._starts, self._stops = array("q"), array("q")

    def _take(self, entry: zipfile.ZipInfo) -> None:
        check_entry(entry)
        start, stop = least_span(entry)
        self._starts.append(start)
        self._stops.append(stop)
        if len(self._starts) > self._limits.entries:
            raise Refused("too_many_files", too_many(self._limits))
        self._total += entry.file_size
        name = _tidy(entry.filename)
        if entry.is_dir():
            return
        if _is_unasked(name):
            self.skipped += 1
            return
        kept = Entry(
            entry.orig_filename, entry.header_offset, entry.compress_size, entry.file_size, entry.CRC,
            entry.compress_type, entry.flag_bits,
        )  # fmt: skip
        self._ends.append(self._ends[-1] + self._entries.write(marshal.dumps(tuple(kept))))
        self._names.append(name)
        self._offsets.append(entry.header_offset)

    def take_all(self) -> Iterator[tuple[str, bytes]]:
        """Yield name, as NFC, and the packed `Entry` of each file, and forget them."""
        self._entries.flush()
        handle, ends, names = self._entries.fileno(), self._ends, self._names
        order = sorted(range(len(names)), key=self._offsets.__getitem__)
        order.sort(key=names.__getitem__)
        for place in order:
            yield names[place], os.pread(handle, ends[place + 1] - ends[place], ends[place])
        self._names, self._offsets, self._ends = [], array("q"), array("Q")

    def read(self, entry: Entry, limit: int) -> bytes:
        """Return the content of one file.

        Raises:
            Fault: If it is larger than `limit` or can't be unpacked.
        """
        assert self._archive.fp is not None
        return _read(self._archive.fp.fileno(), entry, limit)

    def open(self, entry: Entry) -> IO[bytes]:
        """Return the content of one file to read it piece by piece; raises what zipfile raises."""
        info = zipfile.ZipInfo(entry.name)
        info.orig_filename, info.header_offset = entry.name, entry.offset
        info.compress_size, info.file_size, info.CRC = entry.packed, entry.size, entry.crc
        info.compress_type, info.flag_bits = entry.method, entry.flags
        return self._archive.open(info)

    def close(self) -> None:
        self._entries.close()
        self._archive.close()


def _is_unasked(name: str) -> bool:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    hidden = name[0] == "." or "/." in name or "__MACOSX" in parts
    hidden = hidden and any(part[0] == "." or part == "__MACOSX" for part in parts)
    return hidden or not parts or parts[-1].casefold() in SKIPPED


def _read(handle: int, entry: Entry, limit: int) -> bytes:
    if entry.size > limit:
        raise Fault("file_too_large", f"The file has {entry.size:,} bytes; {limit:,} are read at most.")
    packed = _packed(handle, entry)
    try:
        data = packed if entry.method == zipfile.ZIP_STORED else _inflated(packed, entry.size)
    except zlib.error as error:
        raise Fault(
            "damaged_entry", f"The file can't be unpacked ({error}); pack the archive anew."
        ) from error
    if len(data) != entry.size:
        raise Fault("damaged_entry", "The file is cut off inside the archive; pack the archive anew.")
    if zlib.crc32(data) != entry.crc:
        raise Fault("damaged_entry", "The file's checksum is wrong; pack the archive anew.")
    return data


def _packed(handle: int, entry: Entry) -> bytes:
    """Return the packed bytes, read at their place, so that several processes can share the open archive."""
    head = os.pread(handle, LOCAL.size, entry.offset)
    if len(head) < LOCAL.size or head[:4] != b"PK\x03\x04":
        raise Fault("damaged_entry", "The file has no head inside the archive; pack the archive anew.")
    _, flags, method, name_length, extra_length = LOCAL.unpack(head)
    if method != entry.method or flags & 0x1:
        raise Fault("damaged_entry", "The archive says two things about the file; pack the archive anew.")
    start = entry.offset + LOCAL.size + name_length + extra_length
    return os.pread(handle, entry.packed, start)


def _inflated(packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    data = unpacker.decompress(packed, size + 1)
    return data if unpacker.eof else b""


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\\", "/")
