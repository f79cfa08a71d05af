"""The figures of a version that was not read from files: as a reader's result has them."""

from array import array
from typing import Any

from brandkiln.datasets.checks.column_figures import ColumnFigures
from brandkiln.datasets.checks.columns import ColumnType
from brandkiln.datasets.checks.images import spread
from brandkiln.datasets.models import Kind
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Column


class Figures:
    """Takes note of the records that a recipe leaves."""

    def __init__(self, kind: str, columns: list[Column]) -> None:
        self._kind = kind
        self._columns = [
            ColumnFigures(column["name"], ColumnType(column["type"], None, "")) for column in columns
        ]
        self._sizes: dict[str, array[int]] = {"width": array("I"), "height": array("I")}
        self._characters: array[int] = array("L")

    def see(self, line: Line) -> None:
        for column in self._columns:
            column.see(line.fields.get(column.name))
        if self._kind == Kind.TEXT:
            self._characters.append(len(line.text))
        elif self._kind == Kind.IMAGE:
            for name, values in self._sizes.items():
                if name in line.facts:
                    values.append(line.facts[name])

    def summary(self) -> dict[str, Any]:
        """Return the figures for the report."""
        found: dict[str, Any] = {}
        if self._columns:
            found["columns"] = [column.summary() for column in self._columns]
        if self._kind == Kind.TEXT:
            found["characters"] = spread(self._characters)
        elif self._kind == Kind.IMAGE:
            found |= {name: spread(values) for name, values in self._sizes.items()}
        return found
