"""Receipts inside exported files: put in so that the picture or document stays as it is, and taken out again.

Each way in adds bytes that every program skips, and taking them out gives the very bytes from before, so that a file
can be compared with the hash in its receipt.

    PNG         a chunk iTXt before the end
    JPEG        a comment segment at the beginning
    WebP        a chunk BKRC at the end
    PDF         a comment behind the end, with the end said again after it
    DOCX ...    the comment of the ZIP archive
    SVG, HTML   a comment at the end

Plain texts have no such place: see signed_texts. A receipt may also be a file of its own, in JSON.
"""

import base64
import binascii
import json
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEYWORD = b"brandkiln-receipt"
LARGEST = 64 * 2**20
"""Bytes of a file that a receipt is put into, or looked for in."""
LARGEST_BESIDE = 2**20
ROOM = 48_000
"""Bytes of a receipt that fit everywhere."""
PNG = b"\x89PNG\r\n\x1a\n"
WEBP_CHUNK = b"BKRC"
ZIP_END = b"PK\x05\x06"
_PDF = re.compile(rb"\n%" + KEYWORD + rb" ([A-Za-z0-9+/=]+)\nstartxref\n\d+\n%%EOF\n\Z")
_MARKUP = re.compile(rb"<!--" + KEYWORD + rb" ([A-Za-z0-9+/=]+)-->\Z")


@dataclass(frozen=True)
class Carried:
    """What a file carries.

    Attributes:
        receipt: As it was put in.
        plain: The file without it; None for a receipt that lies beside its file.
    """

    receipt: dict[str, Any]
    plain: bytes | None


def embed(data: bytes, media_type: str, receipt: dict[str, Any]) -> bytes:
    """Return the file with a receipt inside; the file as it is where its kind has no place for one."""
    said = json.dumps(receipt, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()
    put = _PUT.get(media_type.partition(";")[0])
    if put is None or len(said) > ROOM:
        return data
    return put(data, said)


def carried(data: bytes) -> Carried | None:
    """Return the receipt that a file carries, and the file without it; None where it carries none."""
    try:
        if (
            data.startswith(b"{")
            and len(data) < LARGEST_BESIDE
            and isinstance(beside := json.loads(data), dict)
        ):
            return Carried(beside, None) if {"brandkiln", "receipt", "signature"} <= beside.keys() else None
        for take in (_from_png, _from_jpeg, _from_webp, _from_pdf, _from_zip, _from_markup):
            if found := take(data):
                said, plain = found
                receipt = json.loads(said)
                return Carried(receipt, plain) if isinstance(receipt, dict) else None
    except (ValueError, struct.error, IndexError, binascii.Error, RecursionError):
        return None
    return None


def _into_png(data: bytes, said: bytes) -> bytes:
    end = data.rfind(b"IEND") - 4
    if not data.startswith(PNG) or end < 0:
        return data
    body = KEYWORD + b"\0\0\0\0\0" + said
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body
    return data[:end] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + data[end:]


def _from_png(data: bytes) -> tuple[bytes, bytes] | None:
    if not data.startswith(PNG):
        return None
    place = len(PNG)
    while place + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, place)
        body = data[place + 8 : place + 8 + size]
        if data[place + 4 : place + 8] == b"iTXt" and body.startswith(KEYWORD + b"\0"):
            return body[len(KEYWORD) + 5 :], data[:place] + data[place + 12 + size :]
        place += 12 + size
    return None


def _into_jpeg(data: bytes, said: bytes) -> bytes:
    body = KEYWORD + b"\0" + said
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(body) + 2) + body + data[2:]


def _from_jpeg(data: bytes) -> tuple[bytes, bytes] | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        (size,) = struct.unpack_from(">H", data, place + 2)
        body = data[place + 4 : place + 2 + size]
        if data[place + 1] == 0xFE and body.startswith(KEYWORD + b"\0"):
            return body[len(KEYWORD) + 1 :], data[:place] + data[place + 2 + size :]
        place += 2 + size
    return None


def _into_webp(data: bytes, said: bytes) -> bytes:
    if data[8:12] != b"WEBP":
        return data
    whole = data + WEBP_CHUNK + struct.pack("<I", len(said)) + said + b"\0" * (len(said) % 2)
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def _from_webp(data: bytes) -> tuple[bytes, bytes] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    place = 12
    while place + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        if data[place : place + 4] == WEBP_CHUNK:
            rest = data[:place] + data[place + 8 + size + size % 2 :]
            return data[place + 8 : place + 8 + size], rest[:4] + struct.pack("<I", len(rest) - 8) + rest[8:]
        place += 8 + size + size % 2
    return None


def _into_pdf(data: bytes, said: bytes) -> bytes:
    ends: list[bytes] = re.findall(rb"startxref\s+(\d+)", data[-2048:])
    if not ends:
        return data
    comment = b"\n%" + KEYWORD + b" " + base64.b64encode(said)
    return data + comment + b"\nstartxref\n" + ends[-1] + b"\n%%EOF\n"


def _from_pdf(data: bytes) -> tuple[bytes, bytes] | None:
    if not data.startswith(b"%PDF-") or not (found := _PDF.search(data, max(0, len(data) - 2 * ROOM))):
        return None
    return base64.b64decode(found[1]), data[: found.start()]


def _into_zip(data: bytes, said: bytes) -> bytes:
    end = data.rfind(ZIP_END)
    comment = KEYWORD + b" " + base64.b64encode(said)
    if end != len(data) - 22 or len(comment) > 0xFFFF:
        return data  # it has a comment of its own
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def _from_zip(data: bytes) -> tuple[bytes, bytes] | None:
    if not data.startswith(b"PK"):
        return None
    end = data.rfind(ZIP_END)
    comment = data[end + 22 :]
    if end < 0 or not comment.startswith(KEYWORD + b" "):
        return None
    return base64.b64decode(comment[len(KEYWORD) + 1 :]), data[: end + 20] + b"\0\0"


def _into_markup(data: bytes, said: bytes) -> bytes:
    return data + b"<!--" + KEYWORD + b" " + base64.b64encode(said) + b"-->"


def _from_markup(data: bytes) -> tuple[bytes, bytes] | None:
    found = _MARKUP.search(data, max(0, len(data) - 2 * ROOM))
    return (base64.b64decode(found[1]), data[: found.start()]) if found else None


OFFICE = "application/vnd.openxmlformats-officedocument."
_PUT: dict[str, Callable[[bytes, bytes], bytes]] = {
    "image/png": _into_png,
    "image/jpeg": _into_jpeg,
    "image/webp": _into_webp,
    "application/pdf": _into_pdf,
    "image/svg+xml": _into_markup,
    "text/html": _into_markup,
    f"{OFFICE}wordprocessingml.document": _into_zip,
    f"{OFFICE}presentationml.presentation": _into_zip,
    f"{OFFICE}spreadsheetml.sheet": _into_zip,
}
