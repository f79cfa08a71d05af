"""From the rows of a dataset version to columns of numbers, dates and names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from types import NoneType
from typing import Any, Literal

import polars as pl
from pydantic_core import from_json

from generators.builtin.report.cells import cell_text
from generators.builtin.report.readings import (
    DAY_FIRST,
    SAMPLED,
    SIGNS,
    Reading,
    currencies,
    dates,
    has_decimal_commas,
    numbers,
)
from generators.data import TrainingData
from generators.errors import BadData

CHUNK = 20_000
MISSING = ["", "-", "—", "na", "n/a", "nan", "nil", "none", "null", "inf", "+inf", "-inf"]
MOSTLY = 0.95
MOST_SPELLINGS = 20_000
AS_TOLD = Reading()
MONEY = re.compile(
    r"\b(?:revenue|sales|turnover|price|amount|value|total|cost|spend|budget|fee|income|profit|pay\w*|gmv)s?\b"
    r"|收入|金额|销售额|价|费|成本|利润|总额",
    re.IGNORECASE,
)

Kind = Literal["number", "date", "text"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column with the type that its values have."""

    name: str
    key: str
    """What frames call it; a name from the data could be a pattern to polars."""
    kind: Kind
    values: pl.Series
    unread: int = 0
    """How many values are neither missing nor of the column's kind; they count as missing."""
    unit: str = ""
    """A currency sign or "%" that every number carries, or ""."""
    ambiguous: bool = False
    """Whether the values look like dates whose day and month cannot be told apart."""
    comma: bool = False
    """Whether decimals stand behind a comma."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """What the table writes for each day, of a column of dates that has not too many: the studio finds rows by it."""

    @property
    def distinct(self) -> int:
        return self.values.drop_nulls().n_unique()

    def as_names(self) -> pl.Expr:
        """Return the values as names, of a frame that calls the column by its key."""
        values = pl.col(self.key)
        whole = self.kind == "number" and bool((self.values.drop_nulls() % 1 == 0).all())
        return (values.cast(pl.Int64) if whole else values).cast(pl.String)

    def names(self) -> list[str]:
        """Return the different values as names, in order."""
        frame = pl.DataFrame({self.key: self.values})
        return frame.select(self.as_names()).to_series().drop_nulls().unique().sort().to_list()


def read_table(
    data: TrainingData, on_rows: Callable[[int], None], reading: Reading = AS_TOLD
) -> dict[str, TableColumn]:
    """Return the columns of all rows of a table, in order.

    Args:
        data: A dataset version of kind "table"; the rows of all its splits are read.
        on_rows: Called with the number of rows read so far, now and then.
        reading: How numbers and dates are read where there are several ways.

    Raises:
        BadData: If it is not a table or holds no row.
    """
    if data.kind != "table":
        raise BadData(
            f"A report needs a table; {data.name!r} holds {data.kind} records. Choose a CSV or JSONL dataset."
        )
    frame = _texts(data, on_rows)
    if frame.height == 0:
        raise BadData(f"The table {data.name!r} has no rows. Upload a version with at least one row.")
    columns = {
        name: typed(frame.get_column(name), f"c{place}", reading) for place, name in enumerate(frame.columns)
    }
    return by_currency(columns, frame)


def by_currency(columns: dict[str, TableColumn], texts: pl.DataFrame) -> dict[str, TableColumn]:
    """Return columns with amounts of several currencies as a column for each, so that they are never added up.

    The currency stands beside each amount, or in a column of its own, such as "currency"; amounts without one keep the
    name of the column.
    """
    beside = next((c for c in columns.values() if _names_currencies(c)), None)
    found: dict[str, TableColumn] = {}
    for name, column in columns.items():
        marks = currencies(texts.get_column(name).str.strip_chars()) if column.kind == "number" else None
        if marks is not None and beside and marks.null_count() == marks.len() and is_money(name):
            lowered = beside.values.str.to_lowercase()
            marks = lowered.replace_strict(SIGNS, default=None, return_dtype=pl.String)
        signs = [] if marks is None else sorted(marks.drop_nulls().unique().to_list())
        if marks is None or len(signs) < (1 if column.unit == "" and beside else 2):
            found[name] = column
            continue
        for place, sign in enumerate([*signs, None]):
            mine = marks == sign if sign else marks.is_null()
            values = pl.select(pl.when(mine).then(column.values)).to_series()
            if sign and len(signs) == 1 and marks.null_count() == 0:
                found[name] = replace(column, unit=sign)
            elif sign:
                called = f"{name} ({sign.strip()})"
                found[called] = TableColumn(called, f"{column.key}_{place}", "number", values, unit=sign)
            elif values.null_count() < values.len():
                found[name] = replace(column, values=values)
    return found


def is_money(name: str) -> bool:
    """Return whether a column's name says that it holds amounts of money."""
    return bool(MONEY.search(name.replace("_", " ")))


def _names_currencies(column: TableColumn) -> bool:
    """Return whether a column holds nothing but names of currencies."""
    if column.kind != "text" or not 0 < column.distinct <= len(SIGNS):
        return False
    return set(column.values.drop_nulls().str.to_lowercase().unique().to_list()) <= set(SIGNS)


def typed(texts: pl.Series, key: str, reading: Reading = AS_TOLD) -> TableColumn:
    """Return a column of strings as numbers, dates or texts: whichever at least 95 % of its values are."""
    clean = texts.str.strip_chars()
    clean = (
        pl.select(pl.when(~clean.str.to_lowercase().is_in(MISSING)).then(clean))
        .to_series()
        .rename(texts.name)
    )
    present = clean.len() - clean.null_count()
    if present == 0:
        return TableColumn(texts.name, key, "text", clean)
    readers: tuple[tuple[Kind, Callable[[pl.Series], pl.Series]], ...] = (
        ("number", partial(numbers, reading=reading)),
        ("date", partial(dates, reading=reading)),
    )
    for kind, read in readers:
        probe = clean.drop_nulls().head(SAMPLED)
        if _hits(read(probe)) < MOSTLY * probe.len():
            continue
        values = read(clean)
        if _hits(values) >= MOSTLY * present:
            spelt = _spellings(texts, values) if kind == "date" else {}
            unread = present - _hits(values)
            comma = kind == "number" and has_decimal_commas(clean, reading)
            unit = _unit(clean, kind)
            return TableColumn(texts.name, key, kind, values, unread, unit, comma=comma, spellings=spelt)
    return TableColumn(texts.name, key, "text", clean, ambiguous=_ambiguous(clean))


def _spellings(texts: pl.Series, days: pl.Series) -> dict[str, str]:
    """Return the day of each text, as 2026-05-31; nothing where there are very many."""
    pairs = pl.DataFrame({"text": texts, "day": days}).drop_nulls().unique(maintain_order=True)
    few = pairs.height <= MOST_SPELLINGS
    return dict(pairs.with_columns(pl.col("day").cast(pl.String)).iter_rows()) if few else {}


def _texts(data: TrainingData, on_rows: Callable[[int], None]) -> pl.DataFrame:
    """Return all values as strings, chunk by chunk: a table may have a million rows."""
    schema = {column.name: pl.String for column in data.columns}
    frames = [pl.DataFrame(schema=schema)]
    count = 0
    try:
        with (data.folder / "records.jsonl").open("rb") as source:
            while lines := list(islice(source, CHUNK)):
                frames.append(_chunk(lines, schema))
                count += len(lines)
                on_rows(count)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"The rows of the table cannot be read from records.jsonl: {error}.") from error
    return pl.concat(frames, how="diagonal")


def _chunk(lines: list[bytes], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """Return the fields of some records. Where the columns are known polars reads them, four times as fast."""
    if schema:
        try:
            read = pl.read_ndjson(b"".join(lines), schema={"fields": pl.Struct(dict(schema))})
            return read.unnest("fields")
        except pl.exceptions.PolarsError:
            pass  # the slow way tells what is wrong, or reads what polars does not
    chunk = [from_json(line)["fields"] for line in lines]
    names = dict.fromkeys(name for fields in chunk for name in fields)
    return pl.DataFrame({name: _strings([fields.get(name) for fields in chunk]) for name in names})


def _strings(values: list[Any]) -> pl.Series:
    """Return values of any kind as strings; values of one plain kind take the quick way."""
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {str}:
        return pl.Series(values, dtype=pl.String)
    if kinds == {float}:
        return pl.Series(values, dtype=pl.Float64).cast(pl.String)
    return pl.Series([cell_text(value) for value in values], dtype=pl.String)


def _hits(values: pl.Series) -> int:
    return values.len() - values.null_count()


def _unit(texts: pl.Series, kind: Kind) -> str:
    if kind != "number":
        return ""
    present = texts.drop_nulls()
    if present.str.ends_with("%").all():
        return "%"
    signs = currencies(present).unique()
    return signs[0] or "" if signs.len() == 1 else ""


def _ambiguous(texts: pl.Series) -> bool:
    probe = texts.drop_nulls().head(SAMPLED)
    return _hits(probe.str.to_date(DAY_FIRST, strict=False)) >= MOSTLY * probe.len()
