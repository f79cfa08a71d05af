"""What the columns of a table hold: their type from every value, then figures of the typed values."""

from dataclasses import dataclass, field
from typing import Any

from brandkiln.datasets.checks.values import MISSING, READINGS, Parse, Value

TOLERATED = 20
"""Misfits after which a reading is given up; fewer are worth a hint with their rows."""
EXAMPLES = 3
EXAMPLE_LENGTH = 80
JSON_TYPES: dict[type, str] = {bool: "flag", int: "whole", float: "decimal"}


class TypeFinder:
    """Finds the narrowest type that every value of a column fits."""

    def __init__(self) -> None:
        self._misfits: dict[str, list[str]] = {name: [] for name in READINGS}
        self._seen = 0

    def see(self, value: Value, place: str) -> None:
        """Take note of a cell of CSV (text) or of JSON (typed), and of where it stands."""
        if value is None:
            return
        text = value.strip() if isinstance(value, str) else ""
        if isinstance(value, str) and text.casefold() in MISSING:
            return
        self._seen += 1
        lost = []
        for name, misfits in self._misfits.items():
            fits = READINGS[name][1](text) is not None if isinstance(value, str) else _fits_json(name, value)
            if not fits:
                misfits.append(place)
                if len(misfits) > TOLERATED:
                    lost.append(name)
        for name in lost:
            del self._misfits[name]

    def found(self) -> "ColumnType":
        """Return the type and how to read the text of a cell."""
        fitting = [name for name, misfits in self._misfits.items() if not misfits] if self._seen else []
        if not fitting:
            return ColumnType("text", None, self._hint())
        name = fitting[0]
        kind, parse = READINGS[name]
        if name == "day_first" and "month_first" in fitting:
            hint = "It reads as day/month as well as month/day, so it stays text; write dates as 2024-05-31."
            return ColumnType("text", None, hint)
        return ColumnType(kind, parse, "")

    def _hint(self) -> str:
        near = min(self._misfits.items(), key=lambda one: len(one[1]), default=None)
        if near is None or len(near[1]) * 10 > self._seen:
            return ""
        rows = ", ".join(near[1][:5])
        kind = READINGS[near[0]][0]
        return f"It is text because {len(near[1])} of {self._seen} values do not read as {kind} ({rows})."


def _fits_json(name: str, value: int | float | bool) -> bool:
    kind = JSON_TYPES[type(value)]
    return kind == name or (kind == "whole" and name == "decimal")


@dataclass(slots=True)
class ColumnType:
    """The type of a column, and the reading of its cells."""

    type: str
    parse: Parse | None
    hint: str

    def read(self, value: Value) -> Value:
        """Return the typed value of a cell, or None where there is none."""
        if self.parse is None:
            return None if value is None or value == "" else str(value)
        if isinstance(value, str):
            text = value.strip()
            return None if text.casefold() in MISSING else self.parse(text)
        return float(value) if self.type == "decimal" and value is not None else value


@dataclass(slots=True)
class ColumnFigures:
    """Figures of one column for the report."""

    name: str
    type: ColumnType
    missing: int = 0
    smallest: Any = None
    largest: Any = None
    examples: list[str] = field(default_factory=list)
    first: Value = None
    constant: bool = True

    def see(self, value: Value) -> None:
        if value is None:
            self.missing += 1
            return
        measure: Any = len(value) if isinstance(value, str) and self.type.type == "text" else value
        self.smallest = measure if self.smallest is None else min(self.smallest, measure)
        self.largest = measure if self.largest is None else max(self.largest, measure)
        if self.first is None:
            self.first = value
        elif value != self.first:
            self.constant = False
        if len(self.examples) < EXAMPLES and (shown := str(value)[:EXAMPLE_LENGTH]) not in self.examples:
            self.examples.append(shown)

    def summary(self) -> dict[str, Any]:
        """Return the figures; those of text are lengths in characters."""
        return {
            "name": self.name,
            "type": self.type.type,
            "missing": self.missing,
            "min": self.smallest,
            "max": self.largest,
            "examples": self.examples,
            "constant": self.constant and self.first is not None,
            "hint": self.type.hint,
        }
