"""ZIP archives from strangers: everything is checked in the directory before a byte is unpacked.

Nothing is ever unpacked under a name from the archive, so a name can do no harm on disk; names that try are refused
all the same, since an archive that holds one was not made by an honest program.
"""

import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from brandkiln.datasets.readers.limits import Limits, Refused

NESTED = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar", ".cab", ".iso"}
UNPACKED_WHEN_READ = ".nii.gz"
"""How medical volumes come; they are unpacked slice by slice, and no further than their header says."""
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DEVICE = re.compile(
    r"(con|prn|aux|nul|com[1-9\u00b9\u00b2\u00b3]|lpt[1-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.IGNORECASE
)
_END = struct.Struct("<4sHH4xL6x")
"""End of the directory: signature, two numbers of disks, size of the directory."""
_LARGE_END = struct.Struct("<4s36xQQ")
_LARGE_POINTER = struct.Struct("<4s4xQ4x")
_LISTED = struct.Struct("<4s24xHHH12x")
"""An entry of the directory: signature, and the lengths of its name, extra field and comment."""
LOCAL = struct.Struct("<4sxxHH16xHH")
"""Head of a file inside the archive: signature, flags, method, and the lengths of the name and of what follows it."""


def open_archive(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Return the archive, whose directory holds nothing that an honest archive would not hold.

    Raises:
        Refused: If it does, or the file is no ZIP archive.
    """
    archive = opened(path, limits)
    try:
        _check(archive.infolist(), path.stat().st_size, limits)
    except Refused:
        archive.close()
        raise
    return archive


def opened(
    path: Path, limits: Limits, take: Callable[[zipfile.ZipInfo], None] | None = None
) -> zipfile.ZipFile:
    """Return the archive before it is checked; with `take`, its entries are handed out and not held.

    Raises:
        Refused: If it is no ZIP archive, or lists more entries than are accepted.
    """
    _check_count(path, limits)
    try:
        return Directory(path, take) if take else zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise Refused(
            "damaged_archive", f"The ZIP archive can't be opened: {error}. Pack it anew."
        ) from error
    except MemoryError as error:
        raise Refused("too_many_files", too_many(limits)) from error


class Directory(zipfile.ZipFile):
    """Hands out what the directory lists as it is read, instead of holding it in two collections."""

    def __init__(self, path: Path, take: Callable[[zipfile.ZipInfo], None]) -> None:
        self._take = take
        super().__init__(path)

    def _RealGetContents(self) -> None:  # noqa: N802  zipfile's name
        self.filelist = _Taking(self._take)
        self.NameToInfo = _Forgetful()
        super()._RealGetContents()  # type: ignore[misc]


class _Taking(list[zipfile.ZipInfo]):
    def __init__(self, take: Callable[[zipfile.ZipInfo], None]) -> None:
        self.append = take  # type: ignore[method-assign]


class _Forgetful(dict[str, zipfile.ZipInfo]):
    def __setitem__(self, name: str, entry: zipfile.ZipInfo) -> None:
        """Keep nothing."""


def _check_count(path: Path, limits: Limits) -> None:
    """Refuse a directory of too many entries before it is held in memory, whatever number it says it has."""
    with path.open("rb") as source:
        start = max(0, path.stat().st_size - _END.size - 0xFFFF)
        source.seek(start)
        tail = source.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + _END.size:
            return  # zipfile says what is wrong
        _, disk, first_disk, size = _END.unpack_from(tail, at)
        if (disk, first_disk) not in ((0, 0), (0xFFFF, 0xFFFF)):
            raise Refused("split_archive", "The ZIP archive is one of several parts; pack it as one file.")
        end = start + at
        if at >= _LARGE_POINTER.size and tail[at - _LARGE_POINTER.size :][:4] == b"PK\x06\x07":
            _, place = _LARGE_POINTER.unpack_from(tail, at - _LARGE_POINTER.size)
            source.seek(min(place, end))
            head = source.read(_LARGE_END.size)
            if head[:4] == b"PK\x06\x06" and len(head) == _LARGE_END.size:
                _, size, _ = _LARGE_END.unpack(head)
                end = place
        if size > limits.entries * _LISTED.size:
            source.seek(max(0, end - size))
            _count(source, limits)


def _count(source: BinaryIO, limits: Limits) -> None:
    found = 0
    while (head := source.read(_LISTED.size))[:4] == b"PK\x01\x02" and len(head) == _LISTED.size:
        found += 1
        if found > limits.entries:
            raise Refused("too_many_files", too_many(limits))
        source.seek(sum(_LISTED.unpack(head)[1:]), os.SEEK_CUR)


def _check(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise Refused("too_many_files", too_many(limits))
    for entry in entries:
        check_entry(entry)
    check_totals(sum(entry.file_size for entry in entries), size, limits)
    check_overlap(sorted(map(least_span, entries)), size)


def check_totals(total: int, size: int, limits: Limits) -> None:
    """Refuse archives that unpack to too much."""
    if total > limits.unpacked_bytes:
        raise Refused(
            "archive_too_large",
            f"Unpacked, the archive has {total:,} bytes; {limits.unpacked_bytes:,} are accepted. Split it.",
        )
    if total > limits.ratio_free_bytes and total > limits.ratio * size:
        raise Refused(
            "archive_bomb",
            f"Unpacked, the archive is {total // max(size, 1)} times its size; {limits.ratio} times is accepted.",
        )


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that no honest archive holds."""
    name = entry.orig_filename
    shown = ascii(name)[1:-1][:200]
    parts = name.replace("\\", "/").split("/")
    if "\x00" in name or not name:
        raise Refused("unsafe_path", f'The archive holds the name "{shown}", which is no file name.')
    if parts[0] == "" or ".." in parts or parts[0][1:2] == ":":
        raise Refused("unsafe_path", f'The archive holds "{shown}", which leads out of its own folder.')
    if device := next((part for part in parts if _DEVICE.fullmatch(part)), ""):
        message = (
            f'The archive holds "{shown}", but {device[:40]} is a device on Windows; give it another name.'
        )
        raise Refused("unsafe_path", message)
    if entry.flag_bits & 0x1:
        raise Refused("encrypted_archive", f'"{shown}" is encrypted; pack the archive without a password.')
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("link_in_archive", f'"{shown}" is a link or a device; pack the files themselves.')
    if entry.compress_type not in METHODS:
        raise Refused(
            "unknown_compression", f'"{shown}" is packed in a way that is not read; use plain ZIP (deflate).'
        )
    if end_of(name) in NESTED and not name.casefold().endswith(UNPACKED_WHEN_READ):
        raise Refused("nested_archive", f'"{shown}" is an archive inside the archive; unpack it first.')


def end_of(name: str) -> str:
    """Return the end of a name in small letters, such as ".csv", or nothing."""
    stem, _, end = name.casefold().rstrip("/").rpartition("/")[2].rpartition(".")
    return f".{end}" if stem and end else ""


def check_overlap(spans: Iterable[tuple[int, int]], size: int) -> None:
    """Refuse archives whose files share bytes, the trick by which a small one unpacks to terabytes.

    Args:
        spans: Where each begins and where it ends at the earliest, in order.
    """
    behind = 0
    for start, end in spans:
        if start < 0:
            raise Refused(
                "damaged_archive", "The ZIP archive's directory points out of the archive; pack it anew."
            )
        if start < behind:
            break
        behind = end
    else:
        if behind <= size:
            return
    raise Refused(
        "overlapping_files", "Files inside the archive overlap, so it can't be trusted; pack it anew."
    )


def least_span(entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where a file begins in the archive, and where it ends at the earliest."""
    start = entry.header_offset
    return start, start + LOCAL.size + len(entry.orig_filename) + entry.compress_size


def too_many(limits: Limits) -> str:
    """Return the sentence about too many files."""
    return f"The archive lists more than the {limits.entries:,} files that are accepted; split it."
