"""What a cell may hold, wherever it comes from."""

from collections.abc import Mapping
from typing import Any

from brandkiln.core.text import is_storable
from brandkiln.datasets.readers.limits import Fault, Limits


def check_text(text: str, limits: Limits) -> None:
    """Check a text that is to be stored.

    Raises:
        Fault: If it is too long, or holds what no database stores.
    """
    if len(text) > limits.cell_characters:
        raise Fault("cell_too_long", f"A text has more than {limits.cell_characters:,} characters.")
    if is_storable(text):
        return
    if "\0" in text:
        raise Fault("nul_character", "A text holds the character NUL; remove it.")
    raise Fault("lone_surrogate", "A text holds half of a character (a lone surrogate); export it anew.")


def check_cells(fields: Mapping[str, Any], limits: Limits) -> None:
    """Check the texts of a row.

    Raises:
        Fault: If one can't be stored.
    """
    for value in fields.values():
        if isinstance(value, str):
            check_text(value, limits)
