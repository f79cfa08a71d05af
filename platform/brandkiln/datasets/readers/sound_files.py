"""WAV, FLAC and OGG files from outside: whether they are whole, and the same sound without its tags.

WAV keeps its format and its samples, FLAC its stream information; titles, artists, places and pictures go. OGG has its
tags in the middle of its pages and is kept as it came.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from brandkiln.datasets.readers.limits import Fault

CHUNK = 2**20
WAV_KEPT = {b"fmt ", b"fact", b"data"}
FLAC_KEPT = {0, 3}
"""Stream information and the table for seeking."""
UNKNOWN_SIZE = 0xFFFFFFFF
"""What programs that write a WAV file to a pipe say of its size."""
SUFFIXES = {"WAV": ".wav", "FLAC": ".flac", "OGG": ".ogg"}


def sound_format(path: Path) -> str:
    """Return "WAV", "FLAC" or "OGG".

    Raises:
        Fault: If it is none of them.
    """
    with path.open("rb") as source:
        head = source.read(12)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "WAV"
    if head[:4] == b"fLaC":
        return "FLAC"
    if head[:4] == b"OggS":
        return "OGG"
    raise Fault("not_a_sound", "This is no WAV, FLAC or OGG file.")


def copy_without_tags(path: Path, kind: str, target: Path) -> bool:
    """Write the sound without tags and return whether there were any.

    Raises:
        Fault: If the file ends before it should.
    """
    with path.open("rb") as source, target.open("wb") as copy:
        if kind == "WAV":
            return _copy_wav(source, copy, path.stat().st_size)
        if kind == "FLAC":
            return _copy_flac(source, copy)
        _check_last_page(source, path.stat().st_size)
        source.seek(0)
        _copy(source, copy, None)
        return False


def _copy_wav(source: BinaryIO, copy: BinaryIO, size: int) -> bool:
    if source.read(4) == b"RF64":
        raise Fault("not_a_sound", "WAV files over 4 GiB (RF64) are not read; cut the recording.")
    source.seek(12)
    dropped = False
    copy.write(b"RIFF\0\0\0\0WAVE")
    for name, length in _chunks(source, size):
        if name not in WAV_KEPT:
            dropped = True
            continue
        copy.write(name + length.to_bytes(4, "little"))
        _copy(source, copy, length)
        if length % 2:
            copy.write(b"\0")
    end = copy.tell()
    copy.seek(4)
    copy.write((end - 8).to_bytes(4, "little"))
    return dropped


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the name and the length of each part, the source standing at its content."""
    seen = set()
    while (start := source.tell() + 8) <= size:
        head = source.read(8)
        name, length = head[:4], int.from_bytes(head[4:], "little")
        if name == b"data" and length == UNKNOWN_SIZE:
            length = size - start
        if start + length > size:
            if name in WAV_KEPT:
                raise Fault("cut_sound", "The sound is cut off: its header promises more than there is.")
            return
        if name in WAV_KEPT and name in seen:
            raise Fault("damaged_sound", "The WAV file holds two parts of one name; export it anew.")
        seen.add(name)
        yield name, length
        source.seek(start + length + length % 2)
    if b"data" not in seen:
        raise Fault("cut_sound", "The WAV file holds no samples; export it anew.")


def _copy_flac(source: BinaryIO, copy: BinaryIO) -> bool:
    copy.write(source.read(4))
    kept: list[tuple[int, bytes]] = []
    dropped = last = False
    while not last:
        head = source.read(4)
        if len(head) < 4:
            raise Fault("cut_sound", "The sound is cut off inside its header; export it anew.")
        last, kind, length = head[0] >= 0x80, head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if kind in FLAC_KEPT:
            kept.append((kind, source.read(length)))
        else:
            dropped = dropped or kind != 1  # padding is no tag
            source.seek(length, 1)
    for number, (kind, data) in enumerate(kept, start=1):
        flag = 0x80 if number == len(kept) else 0
        copy.write(bytes([flag | kind]) + len(data).to_bytes(3, "big") + data)
    _copy(source, copy, None)
    return dropped


def _check_last_page(source: BinaryIO, size: int) -> None:
    """A stream of OGG ends with a page that says so. Source: RFC 3533, section 6."""
    source.seek(max(0, size - 2 * 65_536))
    tail = source.read()
    place = tail.rfind(b"OggS")
    if place < 0 or len(tail) < place + 27 or not tail[place + 5] & 0x04:
        raise Fault("cut_sound", "The sound is cut off: its last page does not say that it ends.")
    segments = tail[place + 27 : place + 27 + tail[place + 26]]
    if len(tail) < place + 27 + len(segments) + sum(segments) or len(segments) < tail[place + 26]:
        raise Fault("cut_sound", "The sound is cut off inside its last page.")


def _copy(source: BinaryIO, copy: BinaryIO, length: int | None) -> None:
    while length is None or length > 0:
        piece = source.read(CHUNK if length is None else min(CHUNK, length))
        if not piece:
            return
        copy.write(piece)
        if length is not None:
            length -= len(piece)
