"""Lines of tables that people take away."""

import csv
import io
from collections.abc import Iterable


def csv_line(cells: Iterable[object]) -> str:
    """Return a line of CSV in which no text begins a formula of a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerow(
        f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell for cell in cells
    )
    return out.getvalue()
