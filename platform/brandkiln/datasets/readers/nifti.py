"""NIfTI volumes (.nii, .nii.gz): each slice along the third axis, read one by one.

Source: the NIfTI-1 and NIfTI-2 header files. https://nifti.nimh.nih.gov
"""

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from brandkiln.datasets.readers.grey import extent, numbers, to_grey
from brandkiln.datasets.readers.limits import Fault, Limits

TYPES = {
    2: ("u", 1), 4: ("i", 2), 8: ("i", 4), 16: ("f", 4), 64: ("f", 8), 256: ("i", 1), 512: ("u", 2), 768: ("u", 4),
}  # fmt: skip
Stream = BinaryIO | gzip.GzipFile
SMALL_HEADER, LARGE_HEADER = 348, 540


@dataclass(frozen=True, slots=True)
class Header:
    """What is needed of the header."""

    width: int
    height: int
    slices: int
    volumes: int
    kind: tuple[str, int]
    big_endian: bool
    offset: int
    shown: tuple[float, float] | None
    """The stored numbers that are shown as black and white, where the file says so."""
    described: bool
    """Whether the file holds words about where it comes from."""

    @property
    def slice_bytes(self) -> int:
        return self.width * self.height * self.kind[1]


def nifti_slices(path: Path, limits: Limits) -> Iterator[tuple[int, Image.Image | None, Header]]:
    """Yield the number of each slice, from 1, and its picture, or None where all of it is one tone.

    The second axis runs upwards in the picture, so that the front of a head is on top.

    Raises:
        Fault: If the file is no volume that is read, or is cut off; known before the first slice is given.
    """
    try:
        with _opened(path) as source:
            header = read_header(source, limits)
            low, high = _extent(source, header)
        if header.shown:
            low, high = header.shown
        with _opened(path) as source:
            for number, image in _images(source, header):
                grey = to_grey(image, low, high).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
                darkest, brightest = grey.getextrema()
                yield number, None if darkest == brightest else grey, header
    except (EOFError, zlib.error, gzip.BadGzipFile, struct.error) as error:
        raise Fault("cut_volume", f"The volume is damaged or cut off ({error}); export it anew.") from error


def read_header(source: Stream, limits: Limits) -> Header:
    """Return the header of a volume.

    Raises:
        Fault: If it is none, or says what is not read.
    """
    data = source.read(SMALL_HEADER)
    if len(data) < SMALL_HEADER:
        raise Fault("not_a_volume", "This is no NIfTI volume: it is shorter than a header.")
    order, length = _order(data)
    if length == LARGE_HEADER:
        data += source.read(LARGE_HEADER - SMALL_HEADER)
        dims = struct.unpack_from(f"{order}8q", data, 16)
        (code,), (offset,) = (
            struct.unpack_from(f"{order}h", data, 12),
            struct.unpack_from(f"{order}q", data, 168),
        )
        slope, intercept, most, least = struct.unpack_from(f"{order}4d", data, 176)
        described = any(data[240:344])
    else:
        dims = struct.unpack_from(f"{order}8h", data, 40)
        (code,), (start,) = (
            struct.unpack_from(f"{order}h", data, 70),
            struct.unpack_from(f"{order}f", data, 108),
        )
        slope, intercept, most, least = struct.unpack_from(f"{order}4f", data, 112)[0:2] + struct.unpack_from(
            f"{order}2f", data, 124
        )
        if not math.isfinite(start):
            raise Fault("damaged_volume", "The header does not say where the numbers begin.")
        offset, described = int(start), any(data[148:252])
    if code not in TYPES:
        raise Fault(
            "numbers_not_read", f"The numbers of this volume (type {code}) are not read; export it as int16."
        )
    header = Header(
        *_sizes(dims, limits),
        TYPES[code],
        order == ">",
        offset,
        _shown(slope, intercept, most, least),
        described,
    )
    if not length <= offset <= 2**30 or header.slice_bytes * header.slices > limits.volume_bytes:
        raise Fault(
            "volume_too_large",
            f"The volume has {header.slice_bytes * header.slices:,} bytes from byte {offset:,}; "
            f"{limits.volume_bytes:,} are read.",
        )
    return header


def _order(data: bytes) -> tuple[str, int]:
    for order in "<>":
        (length,) = struct.unpack_from(f"{order}i", data)
        if length == SMALL_HEADER and data[344:348] == b"n+1\0":
            return order, length
        if length == LARGE_HEADER and data[4:8] == b"n+2\0":
            return order, length
    raise Fault(
        "not_a_volume", "This is no NIfTI volume in one file (.nii); pairs of .hdr and .img are not read."
    )


def _sizes(dims: tuple[int, ...], limits: Limits) -> tuple[int, int, int, int]:
    count = dims[0]
    if not 2 <= count <= 7 or any(size < 1 for size in dims[1 : count + 1]):
        raise Fault("damaged_volume", "The header holds impossible sizes.")
    width, height, slices = dims[1], dims[2], dims[3] if count > 2 else 1
    if max(width, height) > limits.side or width * height > limits.pixels or slices > limits.slices:
        raise Fault(
            "volume_too_large",
            f"The volume has {slices:,} slices of {width:,} x {height:,}; {limits.slices:,} slices of "
            f"{limits.pixels:,} pixels, {limits.side:,} a side, are read.",
        )
    return width, height, slices, math.prod(dims[4 : count + 1])


def _shown(slope: float, intercept: float, most: float, least: float) -> tuple[float, float] | None:
    if not all(math.isfinite(value) for value in (most, least)) or most <= least:
        return None
    if not math.isfinite(slope) or slope <= 0 or not math.isfinite(intercept):
        slope, intercept = 1.0, 0.0
    return (least - intercept) / slope, (most - intercept) / slope


def _opened(path: Path) -> Stream:
    with path.open("rb") as source:
        packed = source.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


def _extent(source: Stream, header: Header) -> tuple[float, float]:
    source.seek(header.offset)
    low, high = math.inf, -math.inf
    for _ in range(header.slices):
        least, most = extent(_slice(source, header))
        low, high = min(low, least), max(high, most)
    return low, high


def _images(source: Stream, header: Header) -> Iterator[tuple[int, Image.Image]]:
    source.seek(header.offset)
    for number in range(1, header.slices + 1):
        yield number, _slice(source, header)


def _slice(source: Stream, header: Header) -> Image.Image:
    data = source.read(header.slice_bytes)
    if len(data) < header.slice_bytes:
        raise EOFError("it ends before its last slice")
    return numbers(data, (header.width, header.height), header.kind, big_endian=header.big_endian)
