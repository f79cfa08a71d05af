"""Plain text: each paragraph, set off by a blank line, is one record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brandkiln.datasets.readers.encoding import find_encoding, lines
from brandkiln.datasets.readers.limits import Limits
from brandkiln.datasets.readers.options import Options


def paragraphs(
    path: Path, options: Options, limits: Limits
) -> tuple[dict[str, Any], Iterator[tuple[str, str]]]:
    """Return how the file is written and its paragraphs, each with the line at which it begins.

    Raises:
        Refused: If it is no text.
    """
    encoding = find_encoding(path, options.encoding)
    found = _paragraphs(lines(path, encoding, limits), limits)
    return {"encoding": encoding}, ((f"line {number}", paragraph) for number, paragraph in found)


def _paragraphs(source: Iterator[str], limits: Limits) -> Iterator[tuple[int, str]]:
    """Yield each paragraph with the number of its first line; one over the limit is cut right behind it."""
    held: list[str] = []
    first = size = 0
    for number, line in enumerate(source, start=1):
        if line.strip():
            first = first or number
            if size <= limits.text_characters:
                held.append(line)
            size += len(line)
        elif held:
            yield first, "".join(held)
            held, first, size = [], 0, 0
    if held:
        yield first, "".join(held)
