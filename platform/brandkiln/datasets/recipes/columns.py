"""Columns: their names, their types, and which of them stay."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.checks.numbers import Style
from brandkiln.datasets.checks.values import readings
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.missing import COLUMN, is_missing
from brandkiln.datasets.recipes.step import Column, Step, Work, find_column


class RenameColumn(Step):
    """Gives a column another name."""

    name: ClassVar[str] = "rename_column"
    title: ClassVar[str] = _("Rename a column")
    summary: ClassVar[str] = _("Gives a column another name.")
    may_drop: ClassVar[bool] = False

    column: str = Field(
        min_length=1, max_length=120, description=_("The one to rename."), json_schema_extra=COLUMN
    )
    to: str = Field(
        min_length=1, max_length=120, title=_("New name"), description=_("What it is called from now on.")
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        for line in lines:
            if self.column in line.fields:
                line = line.changed(
                    fields={
                        (self.to if name == self.column else name): value
                        for name, value in line.fields.items()
                    }
                )
            yield line

    def columns_after(self, columns: list[Column]) -> list[Column]:
        if not columns:
            return columns
        find_column(columns, self.column)
        if self.to != self.column and any(column["name"] == self.to for column in columns):
            message = gettext(
                'There is a column "%(name)s" already; choose another name or drop that one first.'
            )
            raise Unprocessable(message % {"name": self.to})
        return [column | {"name": self.to} if column["name"] == self.column else column for column in columns]


class DropColumns(Step):
    """Leaves columns out."""

    name: ClassVar[str] = "drop_columns"
    title: ClassVar[str] = _("Drop columns")
    summary: ClassVar[str] = _("Leaves columns out of every record.")
    may_drop: ClassVar[bool] = False

    columns: list[str] = Field(min_length=1, max_length=200, description=_("The columns to leave out."))

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        out = set(self.columns)
        for line in lines:
            yield line.changed(fields={name: value for name, value in line.fields.items() if name not in out})

    def columns_after(self, columns: list[Column]) -> list[Column]:
        if not columns:
            return columns
        for name in self.columns:
            find_column(columns, name)
        left = [column for column in columns if column["name"] not in self.columns]
        if not left:
            raise Unprocessable(gettext("This would leave no column; keep one at least."))
        return left


class ChangeType(Step):
    """Reads the values of a column as another type."""

    name: ClassVar[str] = "change_type"
    title: ClassVar[str] = _("Change a column's type")
    summary: ClassVar[str] = _("Reads the values of a column as numbers, dates, flags or text.")

    column: str = Field(
        min_length=1, max_length=120, description=_("The one to read anew."), json_schema_extra=COLUMN
    )
    to: Literal["text", "whole", "decimal", "flag", "date"] = Field(
        "text", title=_("New type"), description=_("What its values are read as.")
    )
    misfits: Literal["empty", "drop"] = Field(
        "empty",
        description=_("What becomes of values that do not read as it: empty the cell, or drop the record."),
    )
    numbers: Literal["point", "comma"] = Field(
        "point",
        description=_("How its numbers are written: 1,234.56 with a point, or 1.234,56 with a comma."),
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        read = reader_of(self.to, self.numbers)
        for line in lines:
            value = line.fields.get(self.column)
            if is_missing(value):
                yield line
                continue
            found = read(value)
            if found is None:
                work.counts["misfits"] += 1
                if self.misfits == "drop":
                    continue
            yield line.changed(fields={**line.fields, self.column: found})

    def columns_after(self, columns: list[Column]) -> list[Column]:
        if not columns:
            return columns
        find_column(columns, self.column)
        return [column | {"type": self.to} if column["name"] == self.column else column for column in columns]


def reader_of(kind: str, style: Style | None = None) -> Callable[[Any], Any]:
    """Return the function that reads a value as a type, and gives None for what does not read as it."""
    if kind == "text":
        return _as_text
    parses = readings(kind, style)

    def read(value: Any) -> Any:
        if kind == "whole" and isinstance(value, float):
            return int(value) if value.is_integer() else None
        if kind == "decimal" and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if kind == "flag" and isinstance(value, int | float) and value in (0, 1):
            return bool(value)
        found = next((one for parse in parses if (one := parse(_as_text(value).strip())) is not None), None)
        return float(found) if kind == "decimal" and found is not None else found

    return read


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
