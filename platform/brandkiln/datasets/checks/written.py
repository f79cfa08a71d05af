"""How the numbers of a column were written, so that 14.50 is shown as 14.50 although it is kept as the number 14.5.

A form is told only where every number of the column is written by it again as it stood in the file.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from brandkiln.datasets.checks.numbers import Style

Form = Mapping[str, Any]
"""``decimals``: digits behind the point; ``wholes``: whether whole numbers have them too; ``point`` and
``between``: what stands before the decimals and between thousands."""
_PARTS: dict[Style, re.Pattern[str]] = {
    "point": re.compile(r"-?([0-9][0-9'’, \u00a0\u2009\u202f]*)(?:\.([0-9]+))?"),
    "comma": re.compile(r"-?([0-9][0-9'’. \u00a0\u2009\u202f]*)(?:,([0-9]+))?"),
}
_POINTS: dict[Style, str] = {"point": ".", "comma": ","}
MOST_DECIMALS = 6


class Writing:
    """Finds the one form in which all numbers of a column are written."""

    def __init__(self, style: Style | None) -> None:
        self._style: Style = style or "point"
        self._decimals: set[int] = set()
        self._between: set[str] = set()
        self._bare_wholes = self._long_wholes = self._is_other = False

    def see_all(self, cells: Sequence[Any]) -> None:
        """Take note of cells as they stand in the file."""
        if self._is_other or self._are_alike(cells):
            return
        for cell in set(cells):
            if cell is None or cell == "":
                continue
            found = _PARTS[self._style].fullmatch(cell.strip()) if isinstance(cell, str) else None
            if found is None or len(self._decimals) > 1 or len(self._between) > 1:
                self._is_other = True
                return
            whole, decimals = found.groups()
            if len(whole) > 3:
                self._between.add(whole[-4] if not whole[-4].isdigit() else "")
            if decimals is None:
                self._bare_wholes = True
            else:
                self._decimals.add(len(decimals))
                self._long_wholes = self._long_wholes or not decimals.strip("0")

    def _are_alike(self, cells: Sequence[Any]) -> bool:
        """Return whether one search shows that nothing is new in these cells."""
        if self._bare_wholes or len(self._decimals) != 1 or self._between - {""}:
            return False
        decimals, digits = max(self._decimals), "+" if self._between else "{1,3}"
        one = rf"(?:-?[0-9]{digits}{re.escape(_POINTS[self._style])}[0-9]{{{decimals}}})?"
        try:
            run = "\n".join(cells) + "\n"
        except TypeError:
            return False
        if not re.fullmatch(rf"(?:{one}\n)*", run):
            return False
        self._long_wholes = self._long_wholes or f"{_POINTS[self._style]}{'0' * decimals}\n" in run
        return True

    def form(self) -> dict[str, Any] | None:
        """Return the form, or None where there is none, or Python's own writes the same."""
        decimals = max(self._decimals, default=0)
        is_one = len(self._decimals) < 2 and len(self._between) < 2 and decimals <= MOST_DECIMALS
        if self._is_other or not is_one or (self._bare_wholes and self._long_wholes):
            return None
        between = next(iter(self._between), "")
        if decimals < 2 and not between and not self._long_wholes and self._style == "point":
            return None
        return {
            "decimals": decimals,
            "wholes": not self._bare_wholes,
            "point": _POINTS[self._style],
            "between": between,
        }


def written(number: float, form: Form) -> str:
    """Return a number in a form."""
    text = f"{number:,.{_decimals(number, form)}f}"
    return text.translate({ord(","): form["between"], ord("."): form["point"]})


def number_format(number: float, form: Form) -> str:
    """Return the form as spreadsheets call it; each shows it with the marks of its reader's country."""
    decimals = _decimals(number, form)
    return ("#,##0" if form["between"] else "0") + ("." + "0" * decimals if decimals else "")


def _decimals(number: float, form: Form) -> int:
    return int(form["decimals"]) if form["wholes"] or not float(number).is_integer() else 0
