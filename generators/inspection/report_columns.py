"""What the columns of a table are for in a report, and why: the very inference of the report generator."""

from __future__ import annotations

from typing import Any

from generators.builtin.report.role_reasons import WORDS, roles_with_reasons
from generators.builtin.report.roles import infer_roles
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.table import TableColumn, read_table
from generators.data import TrainingData
from generators.inspection import Inspected
from generators.run import Run

EXAMPLES, LONGEST_EXAMPLE = 3, 60


def inspect(data: TrainingData, params: dict[str, Any], run: Run) -> Inspected:
    """Return each column with its kind, its role, the reason in each language, and examples.

    Args:
        params: `columns` with `roles`, those that a person gave.
    """
    run.report(0, 2, "Reading the table")
    columns = read_table(data, lambda rows: run.report(0, 2, "Reading the table", rows=rows))
    run.report(1, 2, "Finding what columns are for")
    given = ReportParams.model_validate({"roles": params["columns"].get("roles", {})})
    roles = infer_roles(columns, given)
    said = {
        language: roles_with_reasons(columns, roles, given.model_copy(update={"language": language}))
        for language in WORDS
    }
    rows = next((column.values.len() for column in columns.values()), 0)
    found = [_facts(column, rows) for column in columns.values()]
    for place, facts in enumerate(found):
        facts["role"] = said["en"][place].role
        facts["reason"] = {language: told[place].reason for language, told in said.items()}
    return Inspected({"rows": rows, "columns": found})


def _facts(column: TableColumn, rows: int) -> dict[str, Any]:
    values = column.values.drop_nulls()
    seen = values.unique(maintain_order=True).head(EXAMPLES).to_list()
    facts: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "unit": column.unit,
        "distinct": column.distinct,
        "missing": rows - values.len(),
        "examples": [_text(value) for value in seen],
    }
    if column.kind != "text" and values.len():
        facts["first"], facts["last"] = _text(values.min()), _text(values.max())
    return facts


def _text(value: object) -> str:
    """Return a value as people write it; a whole number without a point."""
    return (f"{value:,.10g}" if isinstance(value, float) else str(value))[:LONGEST_EXAMPLE]
