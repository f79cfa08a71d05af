"""Which items are bought together more often than by chance."""

import math
from dataclasses import dataclass

import polars as pl

from generators.builtin.report.analyses.distributions import chi_square_tail

MOST_ITEMS = 200
LARGEST_ORDER = 60
"""Items of an order whose pairs are counted; larger ones are left out: pairs grow with the square."""
LEAST_TOGETHER = 5
FALSE_RATE = 0.05
"""The share of the pairs found that may be there by chance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that share orders.

    Attributes:
        first, second: The items; the rule reads: who buys the first also buys the second.
        together: In how many orders both are.
        support: Their share of all orders.
        confidence: The share of the first item's orders that have the second, too.
        lift: How many times as often as if both were bought independently.
        chance: The probability of a dependence this strong by chance, from a likelihood-ratio test.
    """

    first: str
    second: str
    together: int
    support: float
    confidence: float
    lift: float
    chance: float


@dataclass(frozen=True, slots=True)
class Basket:
    """Pairs that pass the test, the highest lift first.

    Attributes:
        pairs: Those bought together more often than by chance; one in twenty of them may be there by chance.
        tested: How many pairs reached the minimum support and were tested.
        orders: How many orders there are, with how many items in the mean.
        size: The mean number of different items of an order.
        left_out: Orders with too many items to count pairs of.
        rows: How many rows they were counted from.
    """

    pairs: tuple[Pair, ...]
    tested: int
    orders: int
    size: float
    left_out: int
    rows: int


def basket(frame: pl.DataFrame, *, order: str, item: str, support: float = 0.005) -> Basket | None:
    """Return which items are bought together, or None where no order has two.

    Args:
        frame: One row for each item of an order.
        order, item: Their columns.
        support: The share of all orders that a pair must be in, and at least five; of items, the 200 in most orders.

    Source: Agrawal, Imielinski and Swami, Mining Association Rules (1993); Dunning, Accurate Methods for the Statistics
    of Surprise and Coincidence (1993); Benjamini and Hochberg, Controlling the False Discovery Rate (1995).
    """
    rows = frame.select(pl.col(order).alias("o"), pl.col(item).alias("i")).drop_nulls()
    lines = rows.unique(maintain_order=True)
    orders = lines.get_column("o").n_unique()
    if orders == 0 or lines.height == orders:
        return None
    counts = lines.group_by("i", maintain_order=True).len().sort(["len", "i"], descending=[True, False])
    least = max(LEAST_TOGETHER, math.ceil(support * orders))
    frequent = counts.filter(pl.col("len") >= least).head(MOST_ITEMS)
    kept = lines.join(frequent.select("i"), on="i", how="semi", maintain_order="left")
    sizes = kept.group_by("o", maintain_order=True).len()
    large = sizes.filter(pl.col("len") > LARGEST_ORDER)
    fitting = sizes.filter(pl.col("len").is_between(2, LARGEST_ORDER)).select("o")
    codes = frequent.select("i").with_row_index("c")
    small = kept.join(fitting, on="o", how="semi").join(codes, on="i", how="inner").select("o", "c")
    pairs = (
        small.join(small, on="o", suffix="2")
        .filter(pl.col("c") < pl.col("c2"))
        .group_by("c", "c2")
        .len()
        .filter(pl.col("len") >= least)
        .sort("c", "c2")
    )
    names, totals = frequent.get_column("i").to_list(), frequent.get_column("len").to_list()
    found = [
        _pair(names[a], names[b], both, totals[a], totals[b], orders)
        for a, b, both in pairs.select("c", "c2", "len").iter_rows()
    ]
    above = _not_by_chance(found)
    ordered = sorted((pair for pair in above if pair.lift > 1), key=lambda p: (-p.lift, p.first, p.second))
    return Basket(tuple(ordered), len(found), orders, lines.height / orders, large.height, rows.height)


def _pair(one: str, other: str, both: int, ones: int, others: int, orders: int) -> Pair:
    """Return a pair, the item of fewer orders first: from it the second follows more surely."""
    if ones > others:
        one, other, ones, others = other, one, others, ones
    table = ((both, ones - both), (others - both, orders - ones - others + both))
    statistic = 0.0
    for row, across in zip(table, (ones, orders - ones), strict=True):
        for cell, down in zip(row, (others, orders - others), strict=True):
            if cell:
                statistic += 2 * cell * math.log(cell * orders / (across * down))
    lift = both * orders / (ones * others)
    return Pair(str(one), str(other), both, both / orders, both / ones, lift, chi_square_tail(statistic))


def _not_by_chance(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs that pass Benjamini's and Hochberg's bound on false discoveries."""
    ordered = sorted(pairs, key=lambda pair: pair.chance)
    passing = [
        place
        for place, pair in enumerate(ordered, start=1)
        if pair.chance <= FALSE_RATE * place / len(ordered)
    ]
    return ordered[: passing[-1]] if passing else []
