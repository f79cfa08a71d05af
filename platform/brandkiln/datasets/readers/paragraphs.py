"""Plain text: each paragraph, set off by a blank line, is one record."""

from array import array
from collections.abc import Iterator
from pathlib import Path

from brandkiln.datasets.checks.images import spread
from brandkiln.datasets.readers.encoding import find_encoding, lines
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.rows import Progress, tidy
from brandkiln.datasets.readers.writer import Writer


def read_paragraphs(path: Path, writer: Writer, limits: Limits, progress: Progress) -> dict[str, object]:
    """Write every paragraph and return what was seen."""
    encoding = find_encoding(path)
    lengths: array[int] = array("L")
    for number, paragraph in _paragraphs(lines(path, encoding, limits), limits):
        where = f"line {number}"
        try:
            if "\0" in paragraph:
                raise Fault("nul_character", "The paragraph holds the character NUL; remove it.")
            text = tidy(paragraph, limits)
            writer.add_text(name=where, text=text, label="", fields={})
            lengths.append(len(text))
        except Fault as fault:
            writer.refuse(where, fault)
        if len(lengths) > limits.rows:
            raise Refused("too_many_rows", f"The file has more than {limits.rows:,} paragraphs; split it.")
        progress(writer.accepted, 0)
    return {"encoding": encoding, "characters": spread(lengths)}


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
