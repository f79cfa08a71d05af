"""Which rows a number was computed from, as conditions on columns: said in words, and asked of the frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from generators.builtin.report.formats import shorten
from generators.builtin.report.names import LONGEST_NAME, shown

if TYPE_CHECKING:
    import polars as pl

Bound = date | float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one column: one of some names, or within one of some ranges.

    Attributes:
        column: The name of the column.
        values: Names, None for rows without one.
        spans: Ranges from a value (included) to another (excluded); None leaves an end open.
        negated: Whether rows that meet it are left out.
    """

    column: str
    values: tuple[str | None, ...] = ()
    spans: tuple[tuple[Bound, Bound], ...] = ()
    negated: bool = False

    def expression(self, key: str, dtype: "pl.DataType") -> "pl.Expr":
        """Return the condition on a column of a frame."""
        import polars as pl  # here, for the studio reads conditions, and its web process does without

        cell, met = pl.col(key), pl.lit(value=False)
        names = [value for value in self.values if value is not None]
        if names and dtype == pl.String:
            met = met | cell.is_in(names)
        elif names:
            met = (
                met
                | cell.cast(pl.String).is_in(names)
                | cell.cast(pl.Float64, strict=False).is_in(_numbers(names))
            )
        if None in self.values:
            met = met | cell.is_null()
        for low, high in self.spans:
            inside = cell.is_not_null()
            inside = inside & (cell >= low) if low is not None else inside
            inside = inside & (cell < high) if high is not None else inside
            met = met | inside
        met = met.fill_null(value=False)
        return ~met if self.negated else met

    def said(self) -> str:
        """Return the condition as SQL says it."""
        name = f'"{shown(self.column)}"'
        parts = []
        names = [_quoted(value) for value in self.values if value is not None]
        if names:
            parts.append(f"{name} = {names[0]}" if len(names) == 1 else f"{name} in ({', '.join(names)})")
        if None in self.values:
            parts.append(f"{name} is null")
        for low, high in self.spans:
            ends = [
                f"{name} >= {_written(low)}" if low is not None else "",
                f"{name} < {_written(high)}" if high is not None else "",
            ]
            parts.append(" and ".join(filter(None, ends)) or f"{name} is not null")
        text = parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"
        return f"not {text}" if self.negated else text


Where = tuple[Condition, ...]
"""Conditions that rows all meet; () is met by all rows."""


def matching(where: Where, keys: Mapping[str, str], frame: "pl.DataFrame") -> "pl.Expr":
    """Return the conditions on a frame, which calls columns by their keys."""
    import polars as pl

    met = pl.lit(value=True)
    for condition in where:
        key = keys[condition.column]
        met = met & condition.expression(key, frame.schema[key])
    return met


def said(where: Where) -> str:
    """Return the conditions as SQL says them; "" for all rows."""
    return " and ".join(condition.said() for condition in where)


def _written(bound: Bound) -> str:
    return f"{bound:.12g}" if isinstance(bound, float) else str(bound)


def _quoted(value: str) -> str:
    return "'" + shorten(shown(value), LONGEST_NAME).replace("'", "''") + "'"


def _numbers(names: list[str]) -> list[float]:
    found = []
    for name in names:
        try:
            found.append(float(name))
        except ValueError:
            continue
    return found
