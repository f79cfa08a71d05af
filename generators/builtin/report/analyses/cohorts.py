"""Customers by when they first came, and how many of them came back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from generators.builtin.report.analyses.groups import Interval, wilson

Grain = Literal["week", "month", "quarter", "year"]
TRUNCATE = {"week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
MOST_COHORTS = 24


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order was in the same period.

    Attributes:
        start: The first day of that period.
        size: How many they are.
        active: How many of them ordered in each period since, beginning with the first; no longer than the data.
    """

    start: date
    size: int
    active: tuple[int, ...]

    @property
    def retention(self) -> tuple[float, ...]:
        """The share that ordered in each period since; the first is 1."""
        return tuple(count / self.size for count in self.active)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The retention triangle.

    Attributes:
        grain: How long a period is.
        cohorts: The cohorts, oldest first, at most 24, the latest of all.
        overall: For each age, the share of all customers of cohorts that are that old.
        customers, rows: How many customers there are in all, and how many rows they were counted from.
    """

    grain: Grain
    cohorts: tuple[Cohort, ...]
    overall: tuple[float, ...]
    customers: int
    rows: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many customers come back at all.

    Attributes:
        customers, repeating: How many customers there are, and how many of them ordered more than once.
        interval: Around the repeat rate, 95 %.
        gap: The median number of days from an order to the customer's next; None where nobody came back.
        orders: How many orders there are.
        rows: How many rows they were counted from.
    """

    customers: int
    repeating: int
    interval: Interval
    gap: float | None
    orders: int
    rows: int

    @property
    def rate(self) -> float:
        return self.repeating / self.customers


def cohorts(frame: pl.DataFrame, *, customer: str, time: str, grain: Grain) -> Cohorts | None:
    """Return the retention triangle, or None where no customer has a date.

    Args:
        frame: One row for each order, or part of one.
        customer, time: The columns of who and of the day.
        grain: How long a period is.
    """
    rows = frame.select(customer, time).drop_nulls()
    if rows.height == 0:
        return None
    start = pl.col(time).dt.truncate(TRUNCATE[grain])
    seen = rows.select(pl.col(customer), start.alias("_at")).unique(maintain_order=True)
    seen = seen.with_columns(pl.col("_at").min().over(customer).alias("_first"))
    starts = sorted(_periods(seen, grain))
    place = {day: number for number, day in enumerate(starts)}
    counted = seen.group_by("_first", "_at", maintain_order=True).len()
    table = {(row["_first"], row["_at"]): row["len"] for row in counted.iter_rows(named=True)}
    found = tuple(
        Cohort(
            first,
            table[first, first],
            tuple(table.get((first, at), 0) for at in starts[place[first] :]),
        )
        for first in starts
        if (first, first) in table
    )
    ages = range(max(len(cohort.active) for cohort in found))
    overall = tuple(
        sum(c.active[age] for c in found if age < len(c.active))
        / sum(c.size for c in found if age < len(c.active))
        for age in ages
    )
    customers = sum(cohort.size for cohort in found)
    return Cohorts(grain, found[-MOST_COHORTS:], overall, customers, rows.height)


def repeats(frame: pl.DataFrame, *, customer: str, time: str | None, order: str | None) -> Repeats | None:
    """Return how many customers ordered more than once, or None where there is no customer.

    Orders are told apart by their id; without one, by their day; without both, each row is an order.
    """
    columns = [name for name in (customer, order, time) if name]
    rows = frame.select(list(dict.fromkeys(columns))).filter(pl.col(customer).is_not_null())
    key = order or time
    orders = rows.drop_nulls(key).unique([customer, key], keep="first", maintain_order=True) if key else rows
    if orders.height == 0:
        return None
    counts = orders.group_by(customer, maintain_order=True).len().get_column("len")
    gap = None
    if time:
        days = orders.drop_nulls(time).sort(customer, time)
        steps = days.select(pl.col(time).diff().dt.total_days().over(customer)).to_series().drop_nulls()
        middle = steps.median()
        gap = float(middle) if isinstance(middle, int | float) else None
    repeating = int((counts > 1).sum())
    return Repeats(counts.len(), repeating, wilson(repeating, counts.len()), gap, orders.height, rows.height)


def _periods(seen: pl.DataFrame, grain: Grain) -> list[date]:
    """Return the first days of all periods from the first order to the last, those without orders included."""
    first, last = seen.get_column("_at").min(), seen.get_column("_at").max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return pl.date_range(first, last, TRUNCATE[grain], eager=True).to_list()
