"""What is measured: sums, means, numbers of rows, and ratios of sums."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from generators.builtin.report.roles import is_averaged, meaning
from generators.builtin.report.table import TableColumn

Unit = Literal["number", "count", "percent", "times"]
Better = Literal["up", "down", "either"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that can be computed from any set of rows.

    Attributes:
        id: Its column in aggregated frames.
        name: What the reader calls it: a column name, or a key of `wording.NAMES` for what is derived.
        how: How it is computed. A ratio is a ratio of sums, never a mean of ratios.
        columns: The names of the columns it is computed from; numerator and denominator of a ratio.
        keys: The same columns as the frame calls them.
        unit: How its values are printed.
        sign: The currency sign of the source column, or "".
        better: Whether readers want it up or down; colours a change.
        value: Of an outcome, which of its two values is counted; else "".
    """

    id: str
    name: str
    how: Literal["sum", "mean", "rows", "ratio"]
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unit: Unit = "number"
    sign: str = ""
    better: Better = "either"
    value: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the values of the parts add up to the value of the whole."""
        return self.how in ("sum", "rows")

    @property
    def derived(self) -> bool:
        """Whether its name is ours and not the data's."""
        return self.how in ("rows", "ratio") or bool(self.value)

    def expression(self) -> pl.Expr:
        """Return the polars aggregate; it is null where there is nothing to compute from."""
        match self.how:
            case "rows":
                value = pl.len().cast(pl.Float64)
            case "sum":
                column = pl.col(self.keys[0])
                value = pl.when(column.count() > 0).then(column.sum())
            case "mean":
                value = pl.col(self.keys[0]).mean()
            case "ratio":
                top, bottom = (pl.col(key) for key in self.keys)
                both = top.is_not_null() & bottom.is_not_null()
                whole = bottom.filter(both).sum()
                value = pl.when(whole > 0).then(top.filter(both).sum() / whole)
        return value.alias(self.id)

    def query(self) -> str:
        """Return how it is computed, as SQL says it."""
        quoted = [f'"{name}"' for name in self.columns]
        if self.value:
            hits = f"count_if({quoted[0]} = '{self.value}')"
            known = f"count({quoted[0]})"
            return {"outcome_rate": f"{hits} / {known}", "outcome_count": hits}.get(self.name, known)
        match self.how:
            case "rows":
                return "count(*)"
            case "sum":
                return f"sum({quoted[0]})"
            case "mean":
                return f"avg({quoted[0]})"
            case "ratio":
                return f"sum({quoted[0]}) / sum({quoted[1]})"


MOST_MEASURES = 12
COST = re.compile(r"cost|成本", re.IGNORECASE)
ROWS = Measure("rows", "rows", "rows", unit="count")

TELLING = (
    "revenue", "spend", "roas", "conversions", "cost_per_conversion", "conversion_rate", "clicks", "ctr", "impressions",
)  # fmt: skip

# name, numerator, denominator, unit, which way is better
RATIOS: tuple[tuple[str, str, str, Unit, Better], ...] = (
    ("roas", "revenue", "spend", "times", "up"),
    ("cost_per_conversion", "spend", "conversions", "number", "down"),
    ("conversion_rate", "conversions", "clicks", "percent", "up"),
    ("ctr", "clicks", "impressions", "percent", "up"),
)


def measures_of(
    names: Sequence[str], columns: Mapping[str, TableColumn], *, cases: bool = False
) -> tuple[Measure, ...]:
    """Return the measures of a table, the chosen one first, then its ratios; the number of rows where there is none.

    Args:
        names: The columns of numbers.
        columns: All columns.
        cases: Whether each row is a case with an outcome, so that only amounts add up.
    """
    plain = tuple(
        measure_of(f"m{place}", columns[name], cases=cases)
        for place, name in enumerate(names[:MOST_MEASURES])
    )
    if not plain:
        return (ROWS,)
    known = {meaning(m.name): m for m in reversed(plain) if meaning(m.name)}
    ratios = tuple(
        _ratio(name, known[top], known[bottom], unit, better)
        for name, top, bottom, unit, better in RATIOS
        if top in known and bottom in known and (name != "roas" or _advertises(known))
    )
    return (*plain, *ratios)


def measure_of(id: str, column: TableColumn, *, cases: bool = False) -> Measure:
    """Return a column of numbers as a measure: a mean where a sum would say nothing."""
    percent = column.unit == "%"
    averaged = percent or is_averaged(column.name, cases=cases)
    sign = "" if percent else column.unit
    whole = bool((column.values.drop_nulls() % 1 == 0).all())
    unit: Unit = "percent" if percent else "count" if whole and not averaged and not sign else "number"
    better: Better = "up" if meaning(column.name) not in ("", "spend") else "either"
    how: Literal["mean", "sum"] = "mean" if averaged else "sum"
    return Measure(id, column.name, how, (column.name,), (column.key,), unit, sign, better)


def _advertises(known: Mapping[str, Measure]) -> bool:
    """Return whether what is spent is spent on advertising, rather than being the cost of what was sold."""
    return bool(known.keys() & {"clicks", "impressions", "conversions"}) or not COST.search(
        known["spend"].name
    )


def _ratio(name: str, top: Measure, bottom: Measure, unit: Unit, better: Better) -> Measure:
    sign = top.sign if unit == "number" else ""
    return Measure(
        name, name, "ratio", top.columns + bottom.columns, top.keys + bottom.keys, unit, sign, better
    )


def telling(measures: Sequence[Measure]) -> list[Measure]:
    """Return measures, the first one first, then those that boards ask for."""
    order = {name: place for place, name in enumerate(TELLING)}
    first, *rest = measures
    kind = {m.id: m.name if m.derived else meaning(m.name) for m in rest}
    return [first, *sorted(rest, key=lambda m: order.get(kind[m.id], len(order)))]
