"""Who made a change: the change of a measure from one period to another, split by a dimension."""

from dataclasses import dataclass

import polars as pl

from generators.builtin.report.measures import Measure
from generators.builtin.report.roles import FEW
from generators.builtin.report.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one segment did to the change of a measure from the previous to the latest period."""

    name: str | None
    delta: float
    rows: int


@dataclass(frozen=True, slots=True)
class Contributions:
    """The change of a measure, split by a dimension; the contributions add up to it."""

    dimension: str
    parts: tuple[Contribution, ...]
    others: Contribution | None


def contributions_of(
    frame: pl.DataFrame, key: str, name: str, time: str, timeline: Timeline, measure: Measure, most: int = FEW
) -> Contributions | None:
    """Return what each of the segments that did most did to the change; None where there is no earlier period."""
    if timeline.previous is None:
        return None
    start = timeline.start_of(pl.col(time))
    of = {"before": timeline.previous, "after": timeline.latest}
    cells = frame.group_by(key, maintain_order=True).agg(
        *(_within(measure, start == day).alias(side) for side, day in of.items()),
        start.is_in(list(of.values())).sum().alias("rows"),
    )
    parts = cells.with_columns((pl.col("after") - pl.col("before")).alias("delta")).filter(pl.col("rows") > 0)
    ordered = parts.sort([pl.col("delta").abs(), pl.col(key)], descending=[True, False], nulls_last=True)
    found = [Contribution(row[key], row["delta"], row["rows"]) for row in ordered.iter_rows(named=True)]
    rest = found[most - 1 :] if len(found) > most else []
    kept = found[: len(found) - len(rest)]
    others = Contribution(None, sum(c.delta for c in rest), sum(c.rows for c in rest)) if rest else None
    return Contributions(name, tuple(sorted(kept, key=lambda c: (-c.delta, c.name or ""))), others)


def _within(measure: Measure, condition: pl.Expr) -> pl.Expr:
    """Return the sum of a measure over the rows that meet a condition, 0 where there are none."""
    counted = condition if measure.how == "rows" else pl.col(measure.keys[0]).filter(condition)
    return counted.sum().cast(pl.Float64)
