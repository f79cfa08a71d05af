"""From the columns of a table to what is reported on."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from generators.builtin.report.findings import Finder
from generators.builtin.report.formats import Formats
from generators.builtin.report.measures import measures_of
from generators.builtin.report.names import Names, alike
from generators.builtin.report.outcomes import by_association, outcome_of
from generators.builtin.report.roles import Roles, meaning
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.subject import Subject
from generators.builtin.report.table import TableColumn
from generators.errors import BadData


def subject_of(columns: Mapping[str, TableColumn], roles: Roles, params: ReportParams) -> Subject:
    """Return a table as what is reported on.

    Raises:
        BadData: If there is nothing to count, to add up or to group by.
        BadParams: If the asked period does not fit the data.
    """
    asked = roles.named.get("outcome")
    if not (roles.measures or roles.dimensions or roles.time or asked):
        raise BadData(
            "The table has no column of numbers, dates or repeated names, so there is nothing to report. "
            f"Its columns are: {', '.join(columns)}. Add a column of numbers, or name the columns to use."
        )
    frame = pl.DataFrame({c.key: c.values for c in columns.values()})
    names = [columns[name] for name in roles.dimensions if columns[name].kind != "text"]
    kept = frame.with_columns(column.as_names().alias(column.key) for column in names)
    measures, outcome = measures_of(roles.measures, columns, cases=bool(asked)), None
    if asked:
        outcome, added = outcome_of(columns[asked])
        kept = kept.with_columns(added)
        if leads(asked, roles, params):
            measures = (*outcome.measures, *(m for m in measures if m.how != "rows"))
        else:
            measures = (*measures, *outcome.measures)
        if not params.dimensions:
            keys = {name: columns[name].key for name in roles.dimensions}
            roles = replace(roles, dimensions=tuple(by_association(kept, keys, outcome)))
    finder = Finder(Formats(params.language, params.fiscal_start), Names(params.language, alike(columns)))
    subject = Subject(columns, roles, params, kept, measures, finder, outcome, grain=params.period).bound()
    subject.find.begin()
    return subject


def leads(outcome: str, roles: Roles, params: ReportParams) -> bool:
    """Return whether a report is about the outcome: it is asked for, or nothing else is known to matter."""
    if params.measure:
        return params.measure == outcome
    return not any(map(meaning, roles.measures))
