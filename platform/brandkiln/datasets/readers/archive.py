"""ZIP archives from strangers: everything is checked in the directory before a byte is unpacked.

Nothing is ever unpacked under a name from the archive, so a name can do no harm on disk; names that try are refused
all the same, since an archive that holds one was not made by an honest program.
"""

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from brandkiln.datasets.readers.limits import Fault, Limits, Refused

NESTED = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar", ".cab", ".iso"}
UNPACKED_WHEN_READ = ".nii.gz"
"""How medical volumes come; they are unpacked slice by slice, and no further than their header says."""
SKIPPED = {"thumbs.db", "desktop.ini"}
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
_LOCAL = struct.Struct("<4sxxHH16xHH")
"""Head of a file inside the archive: signature, flags, method, and the lengths of the name and of what follows it."""


def open_archive(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Return the archive, whose directory holds nothing that an honest archive would not hold.

    Raises:
        Refused: If it does, or the file is no ZIP archive.
    """
    _check_count(path, limits)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise Refused(
            "damaged_archive", f"The ZIP archive can't be opened: {error}. Pack it anew."
        ) from error
    except MemoryError as error:
        raise Refused("too_many_files", _too_many(limits)) from error
    try:
        _check(archive, path.stat().st_size, limits)
    except Refused:
        archive.close()
        raise
    return archive


def wanted(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Yield the files in the order of their names, each with its name as NFC; leaves out what programs add unasked."""
    found = []
    for entry in archive.infolist():
        name = _tidy(entry.filename)
        parts = [part for part in name.split("/") if part not in ("", ".")]
        hidden = name[0] == "." or "/." in name or "__MACOSX" in parts
        hidden = hidden and any(part[0] == "." or part == "__MACOSX" for part in parts)
        if not entry.is_dir() and not hidden and parts and parts[-1].casefold() not in SKIPPED:
            found.append((name, entry.header_offset, entry))
    for name, _, entry in sorted(found, key=lambda one: one[:2]):
        yield entry, name


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Return the content of one file of the archive.

    Raises:
        Fault: If it is larger than `limit` or can't be unpacked.
    """
    if entry.file_size > limit:
        raise Fault("file_too_large", f"The file has {entry.file_size:,} bytes; {limit:,} are read at most.")
    assert archive.fp is not None
    packed = _packed(archive.fp.fileno(), entry)
    try:
        data = packed if entry.compress_type == zipfile.ZIP_STORED else _inflated(packed, entry.file_size)
    except zlib.error as error:
        raise Fault(
            "damaged_entry", f"The file can't be unpacked ({error}); pack the archive anew."
        ) from error
    if len(data) != entry.file_size:
        raise Fault("damaged_entry", "The file is cut off inside the archive; pack the archive anew.")
    if zlib.crc32(data) != entry.CRC:
        raise Fault("damaged_entry", "The file's checksum is wrong; pack the archive anew.")
    return data


def _packed(handle: int, entry: zipfile.ZipInfo) -> bytes:
    """Return the packed bytes, read at their place, so that several processes can share the open archive."""
    head = os.pread(handle, _LOCAL.size, entry.header_offset)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise Fault("damaged_entry", "The file has no head inside the archive; pack the archive anew.")
    _, flags, method, name_length, extra_length = _LOCAL.unpack(head)
    if method != entry.compress_type or flags & 0x1:
        raise Fault("damaged_entry", "The archive says two things about the file; pack the archive anew.")
    start = entry.header_offset + _LOCAL.size + name_length + extra_length
    return os.pread(handle, entry.compress_size, start)


def _inflated(packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    data = unpacker.decompress(packed, size + 1)
    return data if unpacker.eof else b""


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
            raise Refused("too_many_files", _too_many(limits))
        source.seek(sum(_LISTED.unpack(head)[1:]), os.SEEK_CUR)


def _check(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise Refused("too_many_files", _too_many(limits))
    for entry in entries:
        _check_entry(entry)
    total = sum(entry.file_size for entry in entries)
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
    _check_overlap(entries, size)


def _check_entry(entry: zipfile.ZipInfo) -> None:
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
    if PurePosixPath(name.casefold()).suffix in NESTED and not name.casefold().endswith(UNPACKED_WHEN_READ):
        raise Refused("nested_archive", f'"{shown}" is an archive inside the archive; unpack it first.')


def _check_overlap(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse archives whose files share bytes, the trick by which a small one unpacks to terabytes."""
    spans = sorted((entry.header_offset, entry.header_offset + _least_span(entry)) for entry in entries)
    if spans and spans[0][0] < 0:
        raise Refused(
            "damaged_archive", "The ZIP archive's directory points out of the archive; pack it anew."
        )
    ends = [start for start, _ in spans[1:]] + [size]
    if any(end > following for (_, end), following in zip(spans, ends, strict=False)):
        raise Refused(
            "overlapping_files", "Files inside the archive overlap, so it can't be trusted; pack it anew."
        )


def _least_span(entry: zipfile.ZipInfo) -> int:
    return _LOCAL.size + len(entry.orig_filename) + entry.compress_size


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _too_many(limits: Limits) -> str:
    return f"The archive lists more than the {limits.entries:,} files that are accepted; split it."
