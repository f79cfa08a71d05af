"""The rows behind the numbers: for each set of rows that something printed was computed from, its filter, the number
of its rows and the first of them. How much of it a report prints is bounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from generators.builtin.report.formats import shorten
from generators.builtin.report.subject import Subject
from generators.builtin.report.table import TableColumn
from generators.builtin.report.where import Where, matching, said

FIRST_ROWS = 5
MOST_COLUMNS = 8
MOST_SETS = 400
"""Sets that are listed; the rows behind further numbers are found by their query."""
MOST_SHOWN = 120
"""Sets whose first rows are shown."""
LONGEST_CELL = 32


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows that numbers were computed from.

    Attributes:
        anchor: Where links to it lead.
        where: Which rows they are, as SQL says it; "" for all.
        count: How many there are, as printed.
        first: The first of them, as printed, each with its place in the table; () where that would be too much.
    """

    anchor: str
    where: str
    count: str
    first: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind the numbers of a report.

    Attributes:
        head: The names of the columns of the rows, the place in the table first.
        sets: The sets of rows, in the order in which they are first needed.
        anchors: Where links to a set lead, by its conditions.
    """

    head: tuple[str, ...] = ()
    sets: tuple[RowSet, ...] = ()
    anchors: Mapping[Where, str] = field(default_factory=dict)


def evidence_of(wheres: Iterable[Where], subject: Subject) -> Evidence:
    """Return the sets of rows that meet some conditions, each once.

    Args:
        wheres: The conditions of each set, the most important first.
        subject: The whole table.
    """
    wanted = list(dict.fromkeys(wheres))[:MOST_SETS]
    columns = _columns(subject)
    frame, keys = subject.frame, {name: column.key for name, column in subject.columns.items()}
    cells = []
    for place, where in enumerate(wanted):
        met = pl.repeat(value=True, n=pl.len()) & matching(where, keys, frame)
        cells.append(met.sum().alias(f"n{place}"))
        if place < MOST_SHOWN:
            cells.append(met.arg_true().head(FIRST_ROWS).implode().alias(f"p{place}"))
    found = frame.select(cells).row(0, named=True) if cells else {}
    sets = []
    for place, where in enumerate(wanted):
        first = tuple(_row(frame, row, columns, subject) for row in found.get(f"p{place}", ()))
        count = subject.formats.count(found[f"n{place}"])
        sets.append(RowSet(f"r{place + 1}", said(where), count, first))
    head = (subject.words["row"], *(subject.names.column(column.name) for column in columns))
    return Evidence(head, tuple(sets), {where: one.anchor for where, one in zip(wanted, sets, strict=True)})


def _columns(subject: Subject) -> list[TableColumn]:
    """Return the columns that are shown: those with a role first."""
    roles = subject.roles
    named = [roles.time, *roles.dimensions[:3], *roles.measures[:3], *roles.ids, *subject.columns]
    kept = list(dict.fromkeys(name for name in named if name in subject.columns))[:MOST_COLUMNS]
    return [subject.columns[name] for name in subject.columns if name in kept]


def _row(frame: pl.DataFrame, place: int, columns: list[TableColumn], subject: Subject) -> tuple[str, ...]:
    cells = (_cell(frame.get_column(column.key)[place], column, subject) for column in columns)
    return (subject.formats.count(place + 1), *cells)


def _cell(value: object, column: TableColumn, subject: Subject) -> str:
    match value:
        case None:
            return "–"
        case float() if column.unit == "%":
            return f"{100 * value:.10g}%"
        case float():
            return f"{column.unit}{value:,.0f}" if value % 1 == 0 else f"{column.unit}{value:,.10g}"
        case str():
            return shorten(subject.names.segment(value), LONGEST_CELL)
        case _:
            return str(value)
