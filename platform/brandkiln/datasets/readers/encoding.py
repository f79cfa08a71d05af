"""Which encoding a text file has, and its lines without ever holding a long one."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from brandkiln.datasets.readers.limits import Limits, Refused

CHUNK = 2**20
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def find_encoding(path: Path, chosen: str | None = None) -> str:
    """Return the encoding that the whole file decodes in, which is the chosen one if there is one.

    Raises:
        Refused: If there is none, or the file is no text.
    """
    if chosen:
        if not _decodes(path, chosen):
            raise Refused(
                "wrong_encoding",
                f"The file is not written in {chosen}: some bytes mean nothing in it. Choose another encoding.",
            )
        return chosen
    with path.open("rb") as source:
        head = source.read(64 * 1024)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            if not _decodes(path, encoding):
                raise Refused(
                    "damaged_text", f"The file says that it is {encoding} and is not; save it as UTF-8."
                )
            return encoding
    if head.count(0) > 2 + len(head) // 100:
        raise Refused(
            "not_text",
            "The file holds NUL bytes: it is no text, or UTF-16 without a mark; save it as UTF-8.",
        )
    if _decodes(path, "utf-8"):
        return "utf-8"
    guess = "gb18030" if _looks_chinese(path) else "cp1252"
    if _decodes(path, guess):
        return guess
    raise Refused(
        "unknown_encoding", "The file is neither UTF-8 nor another encoding that is known; save it as UTF-8."
    )


def lines(path: Path, encoding: str, limits: Limits) -> Iterator[str]:
    """Yield the lines with their ends.

    Raises:
        Refused: If one is longer than the limit.
    """
    with path.open("r", encoding=encoding, newline="") as source:
        number = 0
        while line := source.readline(limits.line_characters + 1):
            number += 1
            if len(line) > limits.line_characters:
                raise Refused(
                    "line_too_long",
                    f"Line {number:,} has more than {limits.line_characters:,} characters; cut it.",
                )
            yield line


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as source:
            while piece := source.read(CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _looks_chinese(path: Path) -> bool:
    """Return whether high bytes come in pairs, as they do in GB 18030 and seldom in Western text."""
    paired = total = 0
    with path.open("rb") as source:
        data = source.read(CHUNK)
    position = 0
    while position < len(data):
        if data[position] < 0x80:
            position += 1
            continue
        start = position
        while position < len(data) and data[position] >= 0x80:
            position += 1
        total += position - start
        if position - start >= 2:
            paired += position - start
    return total > 0 and paired > 0.8 * total
