"""Cells without a value: leave out their records, or fill them."""

from array import array
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any, ClassVar, Literal, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field, model_validator
from pydantic.config import JsonDict

from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.checks.values import readings
from brandkiln.datasets.recipes.line import Line
from brandkiln.datasets.recipes.step import Column, Held, Step, Work, find_column

MOST_VALUES = 100_000
"""Different values among which the most common one is looked for."""
COLUMN: JsonDict = {"widget": "column"}


class DropMissing(Step):
    """Drops records with empty cells."""

    name: ClassVar[str] = "drop_missing"
    title: ClassVar[str] = _("Drop records with missing values")
    summary: ClassVar[str] = _("Leaves out the rows in which columns are empty.")

    columns: list[str] = Field(
        default=[],
        max_length=100,
        description=_("The columns to look at; none means all."),
    )
    when: Literal["any", "all"] = Field(
        "any", description=_("Drop a row if any of them is empty, or only if all are.")
    )

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        names = self.columns or [column["name"] for column in work.columns]
        decide = any if self.when == "any" else all
        for line in lines:
            looked_at = names or list(line.fields)
            if not (looked_at and decide(is_missing(line.fields.get(name)) for name in looked_at)):
                yield line

    def columns_after(self, columns: list[Column]) -> list[Column]:
        for name in self.columns if columns else []:
            find_column(columns, name)
        return columns


class FillMissing(Step):
    """Fills empty cells of a column."""

    name: ClassVar[str] = "fill_missing"
    title: ClassVar[str] = _("Fill missing values")
    summary: ClassVar[str] = _("Puts a value into the empty cells of a column.")
    may_drop: ClassVar[bool] = False

    column: str = Field(
        min_length=1,
        max_length=120,
        description=_("The one whose empty cells are filled."),
        json_schema_extra=COLUMN,
    )
    by: Literal["most_common", "median", "mean", "previous", "constant"] = Field(
        "most_common",
        title=_("With"),
        description=_("Where the value comes from; previous is the last one above."),
    )
    value: str = Field(
        "", max_length=400, description=_("The constant, written as in a file: 12.5, yes, 2024-05-31.")
    )

    @model_validator(mode="after")
    def _has_value(self) -> Self:
        if self.by == "constant" and not self.value:
            raise ValueError(gettext("Say which constant fills the cells."))
        return self

    def apply(self, lines: Iterator[Line], work: Work) -> Iterator[Line]:
        column = (
            find_column(work.columns, self.column) if work.columns else {"name": self.column, "type": "text"}
        )
        if self.by == "previous":
            yield from self._from_above(lines)
            return
        if self.by == "constant":
            found: Any = parse_value(self.value, column)
        else:
            held = work.hold(lines)
            found, lines = self._found(held, column), iter(held)
        for line in lines:
            yield self._filled(line, found)

    def columns_after(self, columns: list[Column]) -> list[Column]:
        if not columns:
            return columns
        column = find_column(columns, self.column)
        if self.by == "constant":
            parse_value(self.value, column)
        elif self.by in {"mean", "median"} and column["type"] not in {"whole", "decimal"}:
            message = gettext(
                '"%(column)s" holds %(type)s, which has no %(what)s; choose most_common or a constant.'
            )
            raise Unprocessable(message % {"column": self.column, "type": column["type"], "what": self.by})
        return columns

    def _from_above(self, lines: Iterator[Line]) -> Iterator[Line]:
        above: Any = None
        for line in lines:
            value = line.fields.get(self.column)
            yield self._filled(line, above)
            above = above if is_missing(value) else value

    def _filled(self, line: Line, value: Any) -> Line:
        if value is None or not is_missing(line.fields.get(self.column)):
            return line
        return line.changed(fields={**line.fields, self.column: value})

    def _found(self, held: Held, column: Column) -> Any:
        cells: Iterator[Any] = (line.fields.get(self.column) for line in held)
        values = (value for value in cells if not is_missing(value))
        if self.by == "most_common":
            return _most_common(values, self.column)
        numbers = array("d", values)
        if not numbers:
            return None
        found = median(numbers) if self.by == "median" else sum(numbers) / len(numbers)
        return round(found) if column["type"] == "whole" else found


def is_missing(value: Any) -> bool:
    return value is None or value == ""


def parse_value(text: str, column: Column) -> Any:
    """Return the value that the text stands for in a column, or raise Unprocessable."""
    if column["type"] == "text":
        return text
    for parse in readings(column["type"]):
        if (value := parse(text.strip())) is not None:
            return float(value) if column["type"] == "decimal" else value
    message = gettext('"%(value)s" is no %(type)s, which "%(column)s" holds.')
    raise Unprocessable(message % {"value": text[:80], "type": column["type"], "column": column["name"]})


def _most_common(values: Iterator[Any], column: str) -> Any:
    counts: Counter[Any] = Counter()
    for value in values:
        counts[value] += 1
        if len(counts) > MOST_VALUES:
            message = gettext(
                '"%(column)s" has more than %(most)d different values, so none of them is common; use a constant.'
            )
            raise Unprocessable(message % {"column": column, "most": MOST_VALUES})
    most = max(counts.values(), default=0)
    return next((value for value, count in counts.items() if count == most), None)
