"""TensorBoard's event files, written without TensorFlow: records of one small protocol buffer each.

A record is its length (8 bytes), a masked CRC-32C of that, the message, and a masked CRC-32C of the message.
Source: TensorFlow, core/lib/io/record_writer.h and core/util/event.proto (version 2 of the file format).
"""

import struct
from collections.abc import Iterable
from typing import Protocol

POLYNOMIAL = 0x82F63B78  # CRC-32C (Castagnoli), reflected
MASK = 0xA282EAD8


class Scalars(Protocol):
    """Figures of one moment."""

    @property
    def step(self) -> int:
        """The place on the horizontal axis."""

    @property
    def when(self) -> float:
        """Seconds since 1970."""

    @property
    def figures(self) -> dict[str, float]:
        """The figures by name."""


def event_file(points: Iterable[Scalars], *, begun: float) -> bytes:
    """Return the event file of these points."""
    records = [_record(_double(1, begun) + _bytes(3, b"brain.Event:2"))]
    for point in points:
        values = b"".join(
            _bytes(1, _bytes(1, name.encode()) + _float(2, value)) for name, value in point.figures.items()
        )
        records.append(_record(_double(1, point.when) + _integer(2, point.step) + _bytes(5, values)))
    return b"".join(records)


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(map(_table_entry, range(256)))


def _masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF)


def _record(message: bytes) -> bytes:
    length = struct.pack("<Q", len(message))
    return length + _masked(length) + message + _masked(message)


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", max(-3.4e38, min(3.4e38, value)))
