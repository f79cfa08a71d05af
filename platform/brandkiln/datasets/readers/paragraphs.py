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


def markdown(
    path: Path, options: Options, limits: Limits
) -> tuple[dict[str, Any], Iterator[tuple[str, str]]]:
    """Return the paragraphs of a Markdown file as they are written, without the settings above them.

    Raises:
        Refused: If it is no text.
    """
    layout, found = paragraphs(path, options, limits)
    return layout, _without_front_matter(found)


def _without_front_matter(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    inside = False
    for where, paragraph in found:
        lines = paragraph.lstrip("\ufeff").splitlines()
        if where == "line 1" and lines[0].rstrip() == "---":
            inside = True
            lines = lines[1:]
        if inside:
            ends = [number for number, line in enumerate(lines) if line.rstrip() in ("---", "...")]
            if not ends:
                continue
            inside = False
            paragraph = "\n".join(lines[ends[0] + 1 :])
        if paragraph.strip():
            yield where, paragraph


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
