"""Customers by how lately, how often and how much they bought; and how few of them bring in most."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

import polars as pl

Group = Literal["champions", "loyal", "promising", "new", "waning", "at_risk", "asleep", "lost"]
GROUPS: Final[tuple[Group, ...]] = (
    "champions", "loyal", "promising", "new", "waning", "at_risk", "asleep", "lost",
)  # fmt: skip
LEAST_CUSTOMERS = 20
POINTS = 50


@dataclass(frozen=True, slots=True)
class CustomerGroup:
    """Customers of one name.

    Attributes:
        name: One of `GROUPS`.
        customers: How many they are.
        value: What they bought in all; the number of orders where there is no amount.
        recency: Mean number of days since their last order.
        frequency: Mean number of their orders.
    """

    name: Group
    customers: int
    value: float
    recency: float
    frequency: float


@dataclass(frozen=True, slots=True)
class Rfm:
    """Customers scored 1 to 5 by recency, frequency and value, 5 being best.

    Attributes:
        as_of: The day after the last order, from which days are counted back.
        groups: The groups that have customers, in the order of `GROUPS`.
        customers, value: Of all.
        rows: How many rows they were computed from.
        scores: One row for each customer: recency in days, orders, value, and the scores r, f and m.
    """

    as_of: date
    groups: tuple[CustomerGroup, ...]
    customers: int
    value: float
    rows: int
    scores: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Pareto:
    """How much of a whole the largest few bring in.

    Attributes:
        count: How many there are, such as customers.
        top_fifth: The share of the whole that the largest fifth of them brings in, 0 to 1.
        for_most: The smallest share of them that together brings in four fifths of the whole.
        gini: Gini's coefficient, 0 where all are alike, near 1 where one has everything.
        curve: Points from (0, 0) to (1, 1): the share of the largest, and their share of the whole.
        rows: How many rows they were computed from.
    """

    count: int
    top_fifth: float
    for_most: float
    gini: float
    curve: tuple[tuple[float, float], ...]
    rows: int


def rfm(frame: pl.DataFrame, *, customer: str, time: str, value: str | None, order: str | None) -> Rfm | None:
    """Return the groups of customers, or None where there are fewer than 20.

    Each score is the fifth that a customer's rank falls into; customers with the same number have the same score. The
    groups are cut by recency, and by the mean of the other two scores.

    Args:
        frame: One row for each order, or part of one.
        customer, time: The columns of who and of the day.
        value: The column of the amount.
        order: The column that tells orders apart; without one, each day of a customer is an order.
    """
    rows = frame.filter(pl.col(customer).is_not_null() & pl.col(time).is_not_null())
    if rows.height == 0:
        return None
    last = rows.get_column(time).max()
    assert isinstance(last, date)
    orders = pl.col(order or time).n_unique().alias("orders")
    amount = pl.col(value).sum() if value else pl.col(order or time).n_unique().cast(pl.Float64)
    as_of = last + timedelta(days=1)
    scores = rows.group_by(customer, maintain_order=True).agg(
        (pl.lit(as_of) - pl.col(time).max()).dt.total_days().alias("recency"), orders, amount.alias("value")
    )
    if scores.height < LEAST_CUSTOMERS:
        return None
    scores = scores.with_columns(
        _fifth(-pl.col("recency")).alias("r"),
        _fifth(pl.col("orders")).alias("f"),
        _fifth(pl.col("value")).alias("m"),
    )
    scores = scores.with_columns(_group().alias("group"))
    cells = scores.group_by("group", maintain_order=True).agg(
        pl.len().alias("customers"),
        pl.col("value").sum(),
        pl.col("recency").mean(),
        pl.col("orders").mean().alias("frequency"),
    )
    found = {row["group"]: row for row in cells.iter_rows(named=True)}
    groups = tuple(
        CustomerGroup(
            name,
            found[name]["customers"],
            float(found[name]["value"]),
            found[name]["recency"],
            found[name]["frequency"],
        )
        for name in GROUPS
        if name in found
    )
    return Rfm(as_of, groups, scores.height, float(scores.get_column("value").sum()), rows.height, scores)


def pareto(frame: pl.DataFrame, *, key: str, value: str) -> Pareto | None:
    """Return how concentrated a sum is, or None where there are fewer than five, or a sum is negative.

    Args:
        frame: The rows.
        key: The column of who or what has a part of the sum.
        value: The column that is added up.
    """
    rows = frame.select(key, value).drop_nulls()
    sums = rows.group_by(key, maintain_order=True).agg(pl.col(value).sum()).get_column(value)
    sums = sums.sort(descending=True)
    whole, count = float(sums.sum()), sums.len()
    if count < 5 or whole <= 0 or float(sums[-1]) < 0:
        return None
    shares = (sums.cum_sum() / whole).to_list()
    area = (shares[0] + sum(a + b for a, b in pairwise(shares))) / (2 * count)
    enough = next(place for place, share in enumerate(shares, start=1) if share >= 0.8 - 1e-12)
    marks = sorted({round(count * step / POINTS) for step in range(POINTS + 1)})
    curve = tuple((mark / count, shares[mark - 1] if mark else 0.0) for mark in marks)
    top = max(1, round(count / 5))
    return Pareto(count, shares[top - 1], enough / count, 2 * area - 1, curve, rows.height)


def _fifth(values: pl.Expr) -> pl.Expr:
    """Return the fifth of the ranks that each value falls into, 1 to 5; equal values share their mean rank."""
    return (values.rank("average") * 5 / pl.len()).ceil().clip(1, 5).cast(pl.Int8)


def _group() -> pl.Expr:
    """Return the name of each customer's group, from the score of recency and the mean of the other two."""
    lately, much = pl.col("r"), (pl.col("f") + pl.col("m")) / 2
    cut: tuple[tuple[pl.Expr, Group], ...] = (
        ((lately >= 4) & (much >= 4), "champions"),
        ((lately >= 3) & (much >= 3.5), "loyal"),
        ((lately >= 4) & (much >= 2), "promising"),
        (lately >= 4, "new"),
        ((lately == 3), "waning"),
        (much >= 3.5, "at_risk"),
        (lately == 2, "asleep"),
    )
    chosen = pl.lit("lost")
    for condition, name in reversed(cut):
        chosen = pl.when(condition).then(pl.lit(name)).otherwise(chosen)
    return chosen
