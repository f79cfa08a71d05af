"""The conformance kit: `check(SPEC)` runs a generator through everything that the platform will ask of it."""

import struct
import zlib


def png_bytes(width: int, height: int, rgb: bytes) -> bytes:
    """Return an 8-bit RGB picture as a PNG file.

    Args:
        width: Pixels in a row.
        height: Rows.
        rgb: The pixels in row-major order, 3 bytes each.

    Source: W3C, Portable Network Graphics specification. https://www.w3.org/TR/png-3/
    """
    if len(rgb) != 3 * width * height:
        raise ValueError(f"{width} x {height} pixels take {3 * width * height} bytes, not {len(rgb)}.")
    rows = b"".join(b"\0" + rgb[start : start + 3 * width] for start in range(0, len(rgb), 3 * width))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
