"""Plain texts that leave the studio: one signed last line says which piece they are, and whether a word was changed.

A text has no place that programs skip, and its settings would be longer than many a text. So the line names the piece,
and the rest stays in the studio.
"""

import re
from dataclasses import dataclass
from uuid import UUID

_LINE = re.compile(rb"(?:\r?\n){2}\[brandkiln-receipt ([0-9a-f-]{36}) ([0-9a-f]{64})\]\s*\Z")
LONGEST = 200
"""Bytes at the end of a file in which the line stands."""


@dataclass(frozen=True)
class SignedLine:
    """What the last line says, and the words above it."""

    asset: UUID
    signature: str
    plain: bytes


def signed_text(data: bytes, asset: UUID, signature: str) -> bytes:
    """Return the text with its last line."""
    return data + f"\n\n[brandkiln-receipt {asset} {signature}]\n".encode()


def signed_line(data: bytes) -> SignedLine | None:
    """Return the last line of a text that left a studio; None where there is none."""
    found = _LINE.search(data, max(0, len(data) - LONGEST))
    if not found:
        return None
    try:
        return SignedLine(UUID(found[1].decode()), found[2].decode(), data[: found.start()])
    except ValueError:
        return None
