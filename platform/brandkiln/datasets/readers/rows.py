"""Rows of a CSV or JSONL file, whatever they are used for, and the two things they become: texts or a table."""

import unicodedata
from array import array
from collections.abc import Callable, Iterator
from typing import Any

from brandkiln.datasets.checks.columns import ColumnFigures, ColumnType, TypeFinder
from brandkiln.datasets.checks.images import spread
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.writer import Writer, checked_label

Row = tuple[int, dict[str, Any]]
OnFault = Callable[[int, Fault], None]
Rows = Callable[[OnFault], Iterator[Row]]
"""Starts reading from the top; bad rows go to the function that is given, good ones come out with their number."""
Progress = Callable[[int, int], None]

TEXT_NAMES = ("text", "content", "body", "review", "sentence", "caption", "description")
LABEL_NAMES = ("label", "class", "category", "sentiment")
TABLE_LABEL = "label"


def write_table(rows: Rows, writer: Writer, limits: Limits, progress: Progress) -> dict[str, object]:
    """Write every row with typed values: one pass finds the types of the columns, a second one writes."""
    finders: dict[str, TypeFinder] = {}
    total = 0
    for number, fields in rows(_ignore):
        for name, value in fields.items():
            finder = finders.get(name)
            if finder is None:
                finder = finders[name] = TypeFinder()
                if len(finders) > limits.columns:
                    raise Refused(
                        "too_many_columns",
                        f"The table has more than {limits.columns:,} columns; drop some.",
                    )
            finder.see(value, number)
        total += 1
        progress(total, 0)
    types = {name: finder.found() for name, finder in finders.items()}
    figures = {name: ColumnFigures(name, kind) for name, kind in types.items()}
    label = next((name for name in types if name.casefold() == TABLE_LABEL), None)
    for number, fields in rows(_note(writer)):
        _write_row(number, fields, types, figures, label, writer)
        progress(writer.accepted, total)
    return {"columns": [one.summary() for one in figures.values()]}


def _write_row(
    number: int,
    fields: dict[str, Any],
    types: dict[str, ColumnType],
    figures: dict[str, ColumnFigures],
    label: str | None,
    writer: Writer,
) -> None:
    try:
        values = {name: kind.read(fields.get(name)) for name, kind in types.items()}
        text = values.get(label) if label else None
        writer.add_row(
            name=f"row {number}", label=checked_label("" if text is None else str(text)), fields=values
        )
    except Fault as fault:
        writer.refuse(f"row {number}", fault)
        return
    for name, value in values.items():
        figures[name].see(value)


def write_texts(
    rows: Rows, columns: tuple[str, ...], writer: Writer, limits: Limits, progress: Progress
) -> dict[str, object]:
    """Write the text of every row, its label where there is one, and the rest as fields.

    Args:
        columns: The columns among which those of the text and the label are found by name.
    """
    lengths: array[int] = array("L")
    text_name, label_name = _columns_of_text(columns)
    for number, fields in rows(_note(writer)):
        try:
            lengths.append(_write_text(number, dict(fields), text_name, label_name, writer, limits))
        except Fault as fault:
            writer.refuse(f"row {number}", fault)
        progress(writer.accepted, 0)
    return {"characters": spread(lengths)}


def _write_text(
    number: int,
    fields: dict[str, Any],
    text_name: str,
    label_name: str | None,
    writer: Writer,
    limits: Limits,
) -> int:
    text = fields.pop(text_name, None)
    if not isinstance(text, str):
        raise Fault("no_text", f'"{text_name}" has to be a text.')
    text = tidy(text, limits)
    label = fields.pop(label_name, None) if label_name else None
    if label is not None and not isinstance(label, str | int | bool):
        raise Fault("bad_label", f'"{label_name}" has to be a short text.')
    writer.add_text(
        name=f"row {number}",
        text=text,
        label=checked_label("" if label is None else str(label)),
        fields=fields,
    )
    return len(text)


def tidy(text: str, limits: Limits) -> str:
    """Return a text as NFC with plain line ends and no blanks around it.

    Raises:
        Fault: If nothing is left or it is too long.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
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


def _columns_of_text(columns: tuple[str, ...]) -> tuple[str, str | None]:
    by_key = {name.casefold(): name for name in columns}
    label = next((by_key[key] for key in LABEL_NAMES if key in by_key), None)
    text = next((by_key[key] for key in TEXT_NAMES if key in by_key), None)
    others = [name for name in columns if name != label]
    if text is None and len(others) == 1:
        text = others[0]
    if text is None:
        shown = ", ".join(columns[:10])
        raise Refused(
            "no_text_column", f'No column is called "text" among {shown}; rename the one that holds it.'
        )
    return text, label


def _note(writer: Writer) -> OnFault:
    return lambda number, fault: writer.refuse(f"row {number}", fault)


def _ignore(number: int, fault: Fault) -> None:
    """The first pass leaves the counting to the second."""
