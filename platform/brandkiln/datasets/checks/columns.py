"""What type a column of a table has: the narrowest that every value fits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from brandkiln.datasets.checks.numbers import PATTERNS, Style, plain
from brandkiln.datasets.checks.values import DECIMAL, MISSING, READINGS, STYLED, WHOLE, Parse, Value

TOLERATED = 20
"""Misfits after which a reading is given up; fewer are worth a hint with their rows."""
REMEMBERED = 4_096
"""Different texts of a column whose reading is remembered."""
JSON_TYPES: dict[type, str] = {bool: "flag", int: "whole", float: "decimal"}
NUMBERS = {"whole", "decimal", *(name for names in STYLED.values() for name in names)}
_RUNS = {
    name: (re.compile(f"(?:{one})?(?:\n(?:{one})?)*"), also)
    for name, one, also in (
        ("whole", WHOLE, NUMBERS),
        ("decimal", DECIMAL, {"decimal", "point"}),
        *((name, PATTERNS[name], {name}) for name in ("point", "comma")),
    )
}
"""Cells one below another that all fit or are empty, tried first, since one search is quicker than many; and which
readings fit them then."""
DAY_OR_MONTH = "It reads as day/month as well as month/day, so it stays text; write dates as 2024-05-31."
_BY_DELIMITER: dict[str, Style] = {";": "comma", ",": "point"}
POINT_OR_COMMA = (
    "The comma may stand before decimals or between thousands, so it stays text; say how numbers are written."
)


class TypeFinder:
    """Finds the narrowest type that every value of a column fits."""

    def __init__(self, numbers: Style | None = None) -> None:
        """Begin without any value.

        Args:
            numbers: How numbers are written, where somebody said so.
        """
        names = set(READINGS)
        if numbers:
            names -= NUMBERS - {"whole", *STYLED[numbers]} - ({"decimal"} if numbers == "point" else set())
        self._misfits: dict[str, list[str]] = {name: [] for name in READINGS if name in names}
        self._seen = 0
        self._fitting: set[str | type] = set()
        """Texts, and types of JSON, that fit every reading that is left."""

    def see(self, value: Value, place: str) -> None:
        """Take note of a cell of CSV (text) or of JSON (typed), and of where it stands."""
        self.see_all([value], [place])

    def see_all(self, values: Sequence[Value], places: Sequence[str]) -> None:
        """Take note of many cells of the column."""
        if not self._misfits or self._all_fit(values):
            return
        for value, place in zip(values, places, strict=True):
            if (value if type(value) is str else type(value)) in self._fitting:
                self._seen += 1
            else:
                self._see(value, place)
                if not self._misfits:
                    return

    def told(self) -> Style | None:
        """Return how the column writes numbers, where its values can be read in one way only."""
        fitting = self._fits()
        if "point" in fitting and "comma" not in fitting:
            return "point"
        return "comma" if "comma" in fitting and "point" not in fitting else None

    def found(self, numbers: Style | None = None, likely: Style | None = None) -> "ColumnType":
        """Return the type and how to read the text of a cell.

        Args:
            numbers: How the file writes numbers, for a column that does not tell.
            likely: The same by weaker evidence, for a column that would stay text.
        """
        fitting = self._fits()
        if not fitting:
            return self._text()
        name = fitting[0]
        if name == "day_first" and "month_first" in fitting:
            return ColumnType("text", None, DAY_OR_MONTH)
        if name in NUMBERS - {"whole"} and {"point", "comma"} <= set(fitting):
            is_open = name in STYLED["point"] and "comma_whole" not in fitting
            if style := numbers or (likely if is_open else None):
                name = next(one for one in STYLED[style] if one in fitting)
            elif is_open:
                return ColumnType("text", None, POINT_OR_COMMA)
        kind, parse = READINGS[name]
        return ColumnType(kind, parse, style=_style_of_reading(name))

    def _fits(self) -> list[str]:
        return [name for name, misfits in self._misfits.items() if not misfits] if self._seen else []

    def _all_fit(self, values: Sequence[Value]) -> bool:
        """Return whether one search shows that all fit every reading that is left."""
        narrowest = next(iter(self._misfits))
        run_of, fit_then = _RUNS.get(narrowest, (None, set()))
        if run_of is None or not self._misfits.keys() <= fit_then:
            return False
        try:
            run = "\n".join(cast(Sequence[str], values))  # one that is no text raises
        except TypeError:
            return False
        if run.count("\n") != len(values) - 1 or not run_of.fullmatch(run):
            return False
        self._seen += len(values) - values.count("")
        return True

    def _see(self, value: Value, place: str) -> None:
        if value is None:
            return
        text = value.strip() if isinstance(value, str) else ""
        if isinstance(value, str) and text.casefold() in MISSING:
            return
        self._seen += 1
        fits_all = True
        for name, misfits in list(self._misfits.items()):
            fits = READINGS[name][1](text) is not None if isinstance(value, str) else _fits_json(name, value)
            if not fits:
                fits_all = False
                misfits.append(place)
                if len(misfits) > TOLERATED:
                    del self._misfits[name]
        if fits_all and len(self._fitting) < REMEMBERED:
            self._fitting.add(value if isinstance(value, str) else type(value))

    def _text(self) -> "ColumnType":
        """Return the type of text, with what keeps the column from being narrower where that is little."""
        near = min(self._misfits.items(), key=lambda one: len(one[1]), default=None)
        if near is None or not near[1] or len(near[1]) * 10 > self._seen:
            return ColumnType("text", None)
        kind, places = READINGS[near[0]][0], near[1]
        shown = ", ".join(places[:5])
        hint = f"It is text because {len(places)} of {self._seen} values do not read as {kind} ({shown})."
        return ColumnType("text", None, hint, kind, places, _style_of_reading(near[0]))


def _fits_json(name: str, value: int | float | bool) -> bool:
    kind = JSON_TYPES[type(value)]
    if kind == "decimal":
        return READINGS[name][0] == kind
    return name == kind or (kind == "whole" and name in NUMBERS)


def _style_of_reading(name: str) -> Style | None:
    return next((style for style, names in STYLED.items() if name in names), None)


@dataclass(slots=True)
class ColumnType:
    """The type of a column, and the reading of its cells."""

    type: str
    parse: Parse | None
    hint: str = ""
    likely: str = ""
    """What a column of text nearly is."""
    misfits: list[str] = field(default_factory=list)
    """Where the values stand that do not read so, 20 at most."""
    style: Style | None = None
    """How its numbers are written, where they hold marks between thousands or a decimal comma."""
    _read: dict[Any, Value] = field(default_factory=dict)

    def read(self, value: Value) -> Value:
        """Return the typed value of a cell, or None where there is none."""
        if self.parse is None:
            return None if value is None or value == "" else str(value)
        if isinstance(value, str):
            text = value.strip()
            return None if text.casefold() in MISSING else self.parse(text)
        return float(value) if self.type == "decimal" and value is not None else value

    def read_all(self, values: Sequence[Value]) -> list[Value]:
        """Return the typed values of many cells, all of which the type was found from."""
        if self.parse is None:
            return [None if value is None or value == "" else str(value) for value in values]
        try:
            cells = cast(Sequence[str], values)
            if self.style:
                cells = plain(cells, self.style)
            if self.type == "whole":
                return [int(cell) if cell != "" else None for cell in cells]
            if self.type == "decimal":
                numbers = [float(cell) if cell != "" else None for cell in cells]
                if not any(number != number for number in numbers):  # "NaN" stands for no value
                    return list(numbers)
        except (TypeError, ValueError):
            pass  # a cell that holds None, or a word for no value
        return [self._remembered(value) for value in values]

    def _remembered(self, value: Value) -> Value:
        try:
            return self._read[value]
        except KeyError:
            read = self.read(value)
            if len(self._read) < REMEMBERED:
                self._read[value] = read
            return read


def find_types(
    finders: Mapping[str, TypeFinder], numbers: Style | None = None, delimiter: str | None = None
) -> tuple[dict[str, ColumnType], Style | None]:
    """Return the types of the columns of a table, and how it writes numbers where that can be told.

    What a column does not tell, the others tell where they agree; where none tells, a file whose cells are set off
    by semicolons has its commas free for decimals.

    Args:
        numbers: How they are written, where somebody said so.
        delimiter: What sets off the cells of the file.
    """
    told = {style for one in finders.values() if (style := one.told())}
    style = numbers or (told.pop() if len(told) == 1 else None)
    likely: Style | None = None if told else _BY_DELIMITER.get(delimiter or "")
    types = {name: one.found(style, likely) for name, one in finders.items()}
    return types, style or next((one.style for one in types.values() if one.style), None)
