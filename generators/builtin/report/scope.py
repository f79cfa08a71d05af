"""Scopes: which rows a block is about, where its filters leave some out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from generators.builtin.report.blocks.params import Filter
from generators.builtin.report.where import Bound, Condition, Where, matching

if TYPE_CHECKING:
    from generators.builtin.report.subject import Subject


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The rows that meet the filters of a block.

    Attributes:
        key: Names the scope within the report; "" for all rows.
        text: What readers call it, such as "channel: Web".
        where: The conditions.
        met: The same on the frame of all rows.
    """

    key: str = ""
    text: str = ""
    where: Where = ()
    met: pl.Expr = field(default_factory=lambda: pl.lit(value=True))


def scope_of(subject: "Subject", filters: Sequence[Filter]) -> Scope:
    """Return the rows that meet all filters.

    Raises:
        NotShown: If a filter names no column, or compares one with what it does not hold.
    """
    conditions = tuple(_condition(subject, one) for one in filters)
    texts = [_text(subject, one, condition) for one, condition in zip(filters, conditions, strict=True)]
    keys = {name: column.key for name, column in subject.columns.items()}
    text = subject.words["and"].join(texts)
    where = (*subject.scope.where, *conditions)
    return Scope(subject.find.scope_key(where), text, where, matching(conditions, keys, subject.frame))


def _condition(subject: "Subject", asked: Filter) -> Condition:
    column = subject.column(asked.column)
    if asked.op in ("is", "is_not"):
        return Condition(column, tuple(v or None for v in asked.values), negated=asked.op == "is_not")
    bound = _bound(subject, column, asked.values[0])
    return Condition(column, spans=((bound, None) if asked.op == "at_least" else (None, bound),))


def _bound(subject: "Subject", column: str, written: str) -> Bound:
    kind = subject.columns[column].kind
    try:
        if kind == "date":
            return date.fromisoformat(written)
        if kind == "number":
            return float(written)
    except ValueError:
        pass
    raise subject.not_shown("no_bound", column=subject.names.column(column), value=written)


def _text(subject: "Subject", asked: Filter, condition: Condition) -> str:
    """Return a condition in words."""
    values = [subject.names.segment(value or None) for value in asked.values]
    return subject.words[f"filter_{asked.op}"].format(
        column=subject.names.column(condition.column), value=subject.words["or"].join(values)
    )
