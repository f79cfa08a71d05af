"""Rows, wherever they come from: their columns by purpose, and the texts that they become."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options, chosen_column, shown
from brandkiln.datasets.readers.writer import Writer, checked_label
from generators.blank import says_something

Row = tuple[int, dict[str, Any]]
OnFault = Callable[[int, Fault], None]
Rows = Callable[[OnFault], Iterator[Row]]
"""Starts reading a file from the top; bad rows go to the function given, good ones come out with their number."""
Columns = Mapping[str, Sequence[Any]]
"""The values of many rows by the names of their columns."""
Blocks = Callable[[OnFault], Iterator[tuple[list[int], Columns]]]
"""The same as Rows, many rows at once with their numbers."""
ROWS = 1_000
CHARACTERS = 2_000_000
"""Rows that are worked on together end at either."""
Place = str
"""Where a row stands, for people: "row 7", or "b.csv, row 7" among several files."""
OnFaultAt = Callable[[Place, Fault], None]
PlacedBlocks = Callable[[OnFaultAt], Iterator[tuple[list[Place], Columns]]]
"""The same for all files together."""
Progress = Callable[[int, int], None]

TEXT_NAMES = ("text", "content", "body", "review", "sentence", "caption", "description", "chosen")
LABEL_NAMES = ("label", "class", "category", "sentiment")
TABLE_LABEL = "label"


def find_label(columns: tuple[str, ...], options: Options, kind: str) -> str | None:
    """Return the column that holds the label: the chosen one, else the one of a known name.

    Raises:
        Refused: If the chosen one is not there.
    """
    if options.label_column is not None:
        return chosen_column(options.label_column, columns, "label") if options.label_column else None
    by_key = {name.casefold(): name for name in columns}
    known = (TABLE_LABEL,) if kind == "table" else LABEL_NAMES
    return next((by_key[key] for key in known if key in by_key), None)


def find_text(columns: tuple[str, ...], options: Options) -> str | None:
    """Return the column that holds the text: the chosen one, else the one of a known name.

    Raises:
        Refused: If the chosen one is not there.
    """
    if options.text_column:
        return chosen_column(options.text_column, columns, "text")
    by_key = {name.casefold(): name for name in columns}
    return next((by_key[key] for key in TEXT_NAMES if key in by_key), None)


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Where the rows of a file hold their text and their label."""

    text: str
    label: str | None

    @classmethod
    def of(cls, columns: tuple[str, ...], options: Options) -> Self:
        """Find the two by name.

        Raises:
            Refused: If no column is the text.
        """
        label = find_label(columns, options, "text")
        text = find_text(columns, options)
        others = [name for name in columns if name != label]
        if text is None and len(others) == 1:
            text = others[0]
        if text is None:
            raise Refused(
                "no_text_column",
                f'No column is called "text" among {shown(columns)}; rename or choose the one that holds it.',
            )
        return cls(text, label)


def write_text_row(
    place: Place, fields: dict[str, Any], columns: TextColumns, folder: str, writer: Writer, limits: Limits
) -> int:
    """Write the text of one row, its label (else that of its folder) and the rest as fields; return its length.

    Raises:
        Fault: If it holds no text.
    """
    text = fields.pop(columns.text, None)
    if not isinstance(text, str):
        raise Fault("no_text", f'"{columns.text}" has to be a text.')
    text = tidy(text, limits)
    label = fields.pop(columns.label, None) if columns.label else None
    if label is not None and not isinstance(label, str | int | bool):
        raise Fault("bad_label", f'"{columns.label}" has to be a short text.')
    label = folder if label is None else str(label)
    writer.add_text(name=place, text=text, label=checked_label(label), fields=fields)
    return len(text)


def tidy(text: str, limits: Limits) -> str:
    """Return a text as NFC with plain line ends and no blanks around it.

    Raises:
        Fault: If nothing of it can be seen or it is too long.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not says_something(text):
        raise Fault("empty_text", "The text is empty.")
    if len(text) > limits.text_characters:
        raise Fault(
            "text_too_long",
            f"The text has {len(text):,} characters; {limits.text_characters:,} are accepted.",
        )
    return text


def column_name(name: str, position: int) -> str:
    """Return the name of a column as it is kept.

    Raises:
        Fault: If it is too long.
    """
    tidied = unicodedata.normalize("NFC", " ".join(name.split()))
    if len(tidied) > 120:
        raise Fault(
            "column_name_too_long",
            f"The name of column {position} has {len(tidied)} characters; 120 fit.",
        )
    return tidied or f"column {position}"
