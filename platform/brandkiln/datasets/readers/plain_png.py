"""The short way for a PNG that is already what we would write: 8-bit grey or RGB, not interlaced, nothing but pixels.

Such a file keeps its bytes. It is decoded all the same, each checksum is compared, and no byte may be left over where
something could hide: neither between or behind the chunks nor behind the compressed pixels.
"""

import struct
import zlib

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4sIIBBBBBI")
_CHUNK = struct.Struct(">I4s")
FEW = 2**16
_MODES = {0: "L", 2: "RGB"}
_END = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))


def plain_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height if the head is that of a plain PNG."""
    if len(data) < 57 or not data.startswith(SIGNATURE):
        return None
    length, kind, width, height, depth, colour, *ways, crc = _HEAD.unpack_from(data, 8)
    if (length, kind, depth) != (13, b"IHDR", 8) or colour not in _MODES or any(ways):
        return None
    if zlib.crc32(data[12:29]) != crc:
        return None
    return (width, height) if width and height else None


def plain_image(data: bytes, size: tuple[int, int]) -> Image.Image | None:
    """Return the pixels of a plain PNG whose size is known, or None where it is not that plain."""
    packed = _pixels(data)
    if packed is None:
        return None
    mode = _MODES[data[25]]
    width, height = size
    expected = height * (1 + width * len(mode))
    unpacker = zlib.decompressobj()
    try:
        lines = unpacker.decompress(packed, expected + 1)
        if len(lines) != expected or not unpacker.eof or unpacker.unused_data:
            return None
        if expected <= FEW:  # what is stored anew is unpacked at once; so it is not unpacked twice
            packed = zlib.compress(lines, 0)
        return Image.frombytes(mode, size, packed, "zip", mode)
    except (zlib.error, ValueError):
        return None


def _pixels(data: bytes) -> bytes | None:
    """Return the compressed pixels if there is nothing else behind the head."""
    if not data.endswith(_END):
        return None
    parts, at, end = [], 33, len(data) - len(_END)
    while at < end:
        length, kind = _CHUNK.unpack_from(data, at)
        stop = at + 8 + length
        if kind != b"IDAT" or stop + 4 > end:
            return None
        if zlib.crc32(data[at + 4 : stop]) != int.from_bytes(data[stop : stop + 4], "big"):
            return None
        parts.append(data[at + 8 : stop])
        at = stop + 4
    return b"".join(parts) if at == end else None
