"""Yes or no as a measure: the share of rows with one of two values, how many they are, and out of how many."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from generators.builtin.report.analyses.groups import Difference, Interval, rates_differ, wilson
from generators.builtin.report.measures import Measure
from generators.builtin.report.roles import YES
from generators.builtin.report.table import TableColumn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of each row of a table: bought or not, answered or not.

    Attributes:
        column: The name of the column.
        rate: The share of the value that counts as yes, of the rows with a value.
        count, cases: The number of rows with that value, and with any.
    """

    column: str
    rate: Measure
    count: Measure
    cases: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.rate, self.count, self.cases

    def interval(self, values: Mapping[str, float | None]) -> Interval | None:
        """Return the interval of the rate where the measures have some values, by their ids; None without cases."""
        hits, cases = (int(values[measure.id] or 0) for measure in (self.count, self.cases))
        return wilson(hits, cases) if cases else None

    def difference(
        self, before: Mapping[str, float | None], after: Mapping[str, float | None], level: float
    ) -> Difference | None:
        """Return how far two rates are apart; None without cases."""
        (hits, cases), (later_hits, later_cases) = (
            [int(values[measure.id] or 0) for measure in (self.count, self.cases)]
            for values in (before, after)
        )
        return rates_differ(hits, cases, later_hits, later_cases, level) if cases and later_cases else None


def outcome_of(column: TableColumn) -> tuple[Outcome, tuple[pl.Expr, ...]]:
    """Return a column of two values as an outcome, and the columns of the frame that its measures add up."""
    value = counted(column)
    hit, known = f"{column.key}_hit", f"{column.key}_known"
    names = column.as_names()
    added = ((names == value).cast(pl.Float64).alias(hit), names.is_not_null().cast(pl.Float64).alias(known))
    measures = (
        Measure(
            "rate", "outcome_rate", "ratio", (column.name,), (hit, known), "percent", better="up", value=value
        ),
        Measure("hits", "outcome_count", "sum", (column.name,), (hit,), "count", better="up", value=value),
        Measure("cases", "outcome_cases", "sum", (column.name,), (known,), "count", value=value),
    )
    return Outcome(column.name, *measures), added


def counted(column: TableColumn) -> str:
    """Return the value that counts as yes: the one that says so, else the last by name."""
    names = column.names()
    return next((name for name in names if name.strip().lower() in YES), names[-1])


def by_association(frame: pl.DataFrame, keys: Mapping[str, str], outcome: Outcome) -> list[str]:
    """Return dimensions, those first whose segments differ most in the rate: by Cramér's V without its bias.

    Args:
        frame: The rows.
        keys: What the frame calls each dimension.
        outcome: The outcome.

    Source: Bergsma, A bias-correction for Cramér's V and Tschuprow's T (2013).
    """
    hit, known = outcome.rate.keys
    rows = frame.filter(pl.col(known) > 0)
    mean, total = pl.col(hit).mean(), rows.height
    if not 0 < rows.select(mean.alias("mean")).to_series().sum() < 1:
        return list(keys)
    strength: dict[str, float] = {}
    for name, key in keys.items():
        cells = rows.group_by(key).agg(pl.len().alias("n"), mean.alias("rate"))
        rate, weight = pl.col("rate"), pl.col("n") / total
        middle = (rate * weight).sum()
        spread = (weight * (rate - middle) ** 2).sum() / (middle * (1 - middle))
        strength[name] = cells.select(spread.alias("v")).item() - (cells.height - 1) / max(1, total - 1)
    return sorted(keys, key=lambda name: -strength[name])
