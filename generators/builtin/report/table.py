"""From the rows of a dataset version to columns of numbers, dates and names."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import NoneType
from typing import Any, Literal

import polars as pl
from pydantic_core import from_json

from generators.data import TrainingData
from generators.errors import BadData

CHUNK = 20_000
LARGEST = 1e15  # above this, neighbouring doubles are more than an eighth apart and sums lose the unit
MISSING = ["", "-", "—", "na", "n/a", "nan", "nil", "none", "null", "inf", "+inf", "-inf"]
NUMBER = (
    r"^[-+−]?\s?(?:[$€£¥]\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?\s?(?:%|[$€£¥])?$"
)
CURRENCIES = "$€£¥"
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%Y年%m月%d日",
    "%d %b %Y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %B %Y",
)
SLASHED = ("%d/%m/%Y", "%m/%d/%Y")
MOSTLY = 0.95
SAMPLED = 2_000
MOST_SPELLINGS = 20_000

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
    spellings: Mapping[str, str] = field(default_factory=dict)
    """What the table writes for each day, of a column of dates that has not too many: the studio finds rows by it."""

    @property
    def distinct(self) -> int:
        return self.values.drop_nulls().n_unique()


def read_table(data: TrainingData, on_rows: Callable[[int], None]) -> dict[str, TableColumn]:
    """Return the columns of all rows of a table, in order.

    Args:
        data: A dataset version of kind "table"; the rows of all its splits are read.
        on_rows: Called with the number of rows read so far, now and then.

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
    return {name: typed(frame.get_column(name), f"c{place}") for place, name in enumerate(frame.columns)}


def typed(texts: pl.Series, key: str) -> TableColumn:
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
        ("number", _numbers),
        ("date", _dates),
    )
    for kind, read in readers:
        probe = clean.drop_nulls().head(SAMPLED)
        if _hits(read(probe)) < MOSTLY * probe.len():
            continue
        values = read(clean)
        if _hits(values) >= MOSTLY * present:
            spelt = _spellings(texts, values) if kind == "date" else {}
            unread = present - _hits(values)
            return TableColumn(texts.name, key, kind, values, unread, _unit(clean, kind), spellings=spelt)
    return TableColumn(texts.name, key, "text", clean, ambiguous=_ambiguous(clean))


def _spellings(texts: pl.Series, days: pl.Series) -> dict[str, str]:
    """Return the day of each text, as 2026-05-31; nothing where there are very many."""
    pairs = (
        pl.DataFrame({"text": texts, "day": days.cast(pl.String)}).drop_nulls().unique(maintain_order=True)
    )
    return dict(pairs.iter_rows()) if pairs.height <= MOST_SPELLINGS else {}


def _texts(data: TrainingData, on_rows: Callable[[int], None]) -> pl.DataFrame:
    """Return all values as strings, chunk by chunk: a table may have a million rows."""
    frames = [pl.DataFrame(schema={column.name: pl.String for column in data.columns})]
    count = 0
    for chunk in _chunks(data.folder / "records.jsonl"):
        names = dict.fromkeys(name for fields in chunk for name in fields)
        frames.append(
            pl.DataFrame({name: _strings([fields.get(name) for fields in chunk]) for name in names})
        )
        count += len(chunk)
        on_rows(count)
    return pl.concat(frames, how="diagonal")


def _chunks(path: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield the fields of the records, a few thousand at a time."""
    try:
        with path.open("rb") as lines:
            while chunk := [from_json(line)["fields"] for line in islice(lines, CHUNK)]:
                yield chunk
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"The rows of the table cannot be read from {path.name}: {error}.") from error


def _strings(values: list[Any]) -> pl.Series:
    """Return values of any kind as strings; values of one plain kind take the quick way."""
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {str}:
        return pl.Series(values, dtype=pl.String)
    if kinds == {float}:
        return pl.Series(values, dtype=pl.Float64).cast(pl.String)
    return pl.Series([_text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str | None:
    match value:
        case str() | None:
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _hits(values: pl.Series) -> int:
    return values.len() - values.null_count()


def _numbers(texts: pl.Series) -> pl.Series:
    """Return the numbers that are written as 1234.5, 1,234.5, -3e4, $12, 12 € or 3.4%; the rest is missing."""
    looks = texts.str.contains(NUMBER) & texts.str.contains(r"\d")
    digits = texts.str.replace_all(r"[,\s$€£¥%]", "").str.replace("−", "-", literal=True)
    values = digits.cast(pl.Float64, strict=False)
    values = pl.select(
        pl.when(looks & values.is_finite() & (values.abs() <= LARGEST)).then(values)
    ).to_series()
    percent = texts.str.ends_with("%")
    return pl.select(pl.when(percent).then(values / 100).otherwise(values)).to_series().rename(texts.name)


def _unit(texts: pl.Series, kind: Kind) -> str:
    if kind != "number":
        return ""
    present = texts.drop_nulls()
    return next((sign for sign in (*CURRENCIES, "%") if present.str.contains(sign, literal=True).all()), "")


def _dates(texts: pl.Series) -> pl.Series:
    """Return dates in whichever one format reads the most values; times of day are dropped."""
    days = texts.str.replace(r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*$", "$1")
    days = days.str.replace(r"^(\d{4})[-/](\d{1,2})$", "$1-$2-01").str.replace(
        r"^(\d{4})年(\d{1,2})月$", "$1年$2月1日"
    )
    read = [days.str.to_date(written, strict=False) for written in DATE_FORMATS]
    slashed = [days.str.to_date(written, strict=False) for written in SLASHED]
    if _hits(slashed[0]) != _hits(slashed[1]):
        read += slashed
    best = max(read, key=_hits)
    plausible = best.dt.year().is_between(1900, 2200)
    return pl.select(pl.when(plausible).then(best)).to_series().rename(texts.name)


def _ambiguous(texts: pl.Series) -> bool:
    probe = texts.drop_nulls().head(SAMPLED)
    return _hits(probe.str.to_date(SLASHED[0], strict=False)) >= MOSTLY * probe.len()
