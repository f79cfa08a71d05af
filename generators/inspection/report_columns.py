"""What the columns of a table are for in a report, and why: the very inference of the report generator."""

from __future__ import annotations

from typing import Any

from generators.builtin.report.roles import NAMED, Roles, infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn, read_table
from generators.data import TrainingData
from generators.inspection import Inspected
from generators.run import Run

EXAMPLES, LONGEST_EXAMPLE = 3, 60
PROSE = 60  # characters; names of things are shorter on average


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Return each column with its kind, its role, the reason as a word for programs, and examples.

    Args:
        params: `columns` with `roles`, those that a person gave.
    """
    run.report(0, 2, "Reading the table")
    columns = read_table(data, lambda rows: run.report(0, 2, "Reading the table", rows=rows))
    run.report(1, 2, "Finding what columns are for")
    given = ReportParams.model_validate({"roles": params["columns"].get("roles", {})})
    roles = infer_roles(columns, given)
    rows = next((column.values.len() for column in columns.values()), 0)
    return Inspected({"rows": rows, "columns": [_said(column, roles, rows) for column in columns.values()]})


def _said(column: TableColumn, roles: Roles, rows: int) -> dict[str, Any]:
    role, reason = _role(column, roles)
    values = column.values.drop_nulls()
    seen = values.unique(maintain_order=True).head(EXAMPLES).to_list()
    facts: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "unit": column.unit,
        "distinct": column.distinct,
        "missing": rows - values.len(),
        "examples": [_text(value) for value in seen],
        "role": role,
        "reason": reason,
    }
    if column.kind != "text" and values.len():
        facts["first"], facts["last"] = _text(values.min()), _text(values.max())
    return facts


def _text(value: object) -> str:
    """Return a value as people write it; a whole number without a point."""
    return (f"{value:,.10g}" if isinstance(value, float) else str(value))[:LONGEST_EXAMPLE]


def _role(column: TableColumn, roles: Roles) -> tuple[str, str]:
    """Return the role of a column and why: "dates", "name", "numbers", "repeats", "unique", "prose" and so on."""
    name = column.name
    if name == roles.time:
        return "time", "dates"
    if named := next((role for role, column in roles.named.items() if column == name), ""):
        return named, "name" if named in NAMED else "prose"
    if column.distinct == 0:
        return "ignore", "empty"
    if name in roles.measures:
        return "measure", "numbers"
    if name in roles.ids:
        return "id", "unique"
    if name in roles.dimensions:
        return "dimension", "repeats"
    if column.kind == "date":
        return "ignore", "further_dates"
    if column.kind == "text" and (column.values.str.len_chars().mean() or 0) >= PROSE:
        return "text", "prose"
    return "ignore", "ambiguous" if column.ambiguous else "too_many" if column.distinct > 1 else "constant"
