"""From a printed number to the rows of the data behind it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound
from brandkiln.datasets.models import Record
from brandkiln.reports.documents import ReportDocument
from brandkiln.reports.models import Issue
from generators.builtin.report.cells import cell_number, cell_text

PAGE = 50
MOST_READ = 200_000
"""Rows that are read for one page; a page that finds fewer goes on from there."""
CHUNK = 2_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Where = list[dict[str, Any]]
Test = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Explained:
    """A printed number and which rows it was computed from.

    Attributes:
        printed: The number as it is printed, or the name of the row of a table.
        rows: From how many rows; None where that is not kept.
    """

    printed: str
    query: str
    rows: int | None
    where: Where


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows behind a number, in order.

    Attributes:
        next: The position to go on behind, or None at the end.
    """

    records: list[Record]
    next: int | None


def explain_fact(document: ReportDocument, id: str) -> Explained:
    """Return where a number comes from.

    Raises:
        NotFound: If the document has no such number.
    """
    fact = document.facts.get(id)
    if fact is None or not fact.is_number:
        raise NotFound(_("There is no number %(id)s in this report.") % {"id": id[:80]})
    return Explained(fact.text, fact.query, fact.rows, fact.where)


def explain_row(document: ReportDocument, key: str, place: int) -> Explained:
    """Return where a row of a figure or a table comes from.

    Raises:
        NotFound: If the document has no such row, or it does not say which rows are behind it.
    """
    for block in document.blocks:
        for grid in block.grids:
            if grid.key == key and 0 <= place < min(len(grid.rows), len(grid.wheres)):
                return Explained(grid.rows[place][0], grid.query, None, grid.wheres[place])
    raise NotFound(
        _("There is no row %(place)s of %(key)s in this report.") % {"place": place, "key": key[:80]}
    )


def said(where: Where) -> str:
    """Return conditions as SQL says them; "" where all rows are meant."""
    return " and ".join(_said(condition) for condition in where)


def rows_behind(
    issue: Issue, document: ReportDocument, where: Where, *, after: int = -1, limit: int = PAGE
) -> Rows:
    """Return the rows of the issue's data that meet all conditions, behind a position.

    Raises:
        Conflict: If the data was deleted.
    """
    version = issue.dataset_version
    if version is None or version.trashed_at or version.dataset.trashed_at:
        raise Conflict(
            _("The data of %(issue)s was deleted, so its rows cannot be shown.") % {"issue": issue}
        )
    blanks = frozenset(document.kept.get("blanks", ()))
    tests = [_test(one, document.columns.get(one["column"], {}), blanks) for one in where]
    records = (
        version.records.filter(position__gt=after).only("position", "name", "fields").order_by("position")
    )
    found: list[Record] = []
    last, read = after, 0
    for record in islice(records.iterator(chunk_size=CHUNK), MOST_READ):
        last, read = record.position, read + 1
        if all(test(record.fields) for test in tests):
            if len(found) == limit:
                return Rows(found, found[-1].position)
            found.append(record)
    return Rows(found, last if read == MOST_READ else None)


def columns_first(issue: Issue, where: Where) -> list[str]:
    """Return the columns of the data, those that the conditions name first."""
    assert issue.dataset_version is not None
    named = [condition["column"] for condition in where]
    return list(dict.fromkeys([*named, *(column["name"] for column in issue.dataset_version.columns)]))


def _test(condition: Mapping[str, Any], read: Mapping[str, Any], blanks: frozenset[str]) -> Test:
    """Return whether a row meets a condition, as the generator read the column."""
    column, values = condition["column"], condition["values"]
    names = {value for value in values if value is not None}
    comma = bool(read.get("comma"))
    numbers = {number for name in names if (number := cell_number(name, comma=False)) is not None}
    spans = [tuple(map(_bound, span)) for span in condition["spans"]]
    kind, spellings = read.get("kind", "text"), read.get("spellings", {})

    def cell(text: str) -> str | float | None:
        clean = text.strip()
        if clean.lower() in blanks:
            return None
        if kind == "date":
            day = DAY.match(clean)
            return spellings.get(text) or (None if spellings or not day else day.group())
        return cell_number(clean, comma=comma) if kind == "number" else clean

    def met(fields: Mapping[str, Any]) -> bool:
        text = cell_text(fields.get(column))
        value = None if text is None else cell(text)
        if value is None:
            is_met = None in values
        else:
            is_met = value in names or value in numbers or any(_within(value, *span) for span in spans)
        return is_met != bool(condition["negated"])

    return met


def _bound(bound: Any) -> Any:
    return bound["$date"] if isinstance(bound, dict) else bound


def _within(value: Any, low: Any, high: Any) -> bool:
    try:
        return (low is None or value >= low) and (high is None or value < high)
    except TypeError:
        return False


def _said(condition: Mapping[str, Any]) -> str:
    name = f'"{condition["column"]}"'
    texts = list(_parts(name, condition))
    text = texts[0] if len(texts) == 1 else "(" + " or ".join(texts) + ")"
    return f"not {text}" if condition["negated"] else text


def _parts(name: str, condition: Mapping[str, Any]) -> Iterator[str]:
    names = ["'" + value.replace("'", "''") + "'" for value in condition["values"] if value is not None]
    if names:
        yield f"{name} = {names[0]}" if len(names) == 1 else f"{name} in ({', '.join(names)})"
    if None in condition["values"]:
        yield f"{name} is null"
    for low, high in (map(_bound, span) for span in condition["spans"]):
        ends = [f"{name} >= {low}" if low is not None else "", f"{name} < {high}" if high is not None else ""]
        yield " and ".join(filter(None, ends)) or f"{name} is not null"
