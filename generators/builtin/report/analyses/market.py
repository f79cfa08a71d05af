"""Prices over time: returns, how much they swing, and how far they fell."""

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

LEAST_PRICES = 3
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Market:
    """The course of one price.

    Attributes:
        name: What is traded; "" where the table has one price only.
        days, prices: When and at which price, in order.
        returns: The relative change to each price from the one before; one fewer than prices.
        total: The relative change from the first to the last price.
        yearly: The same as a steady rate a year; None where the prices cover less than a year.
        volatility: The standard deviation of the logarithms of price ratios, times the square root of how many a year.
        drawdown: For each day, how far the price is below the highest before it, 0 or below.
        trough: The place of the deepest fall, and `peak` the place of the price it fell from.
        peak: See `trough`.
    """

    name: str
    days: tuple[date, ...]
    prices: tuple[float, ...]
    returns: tuple[float, ...]
    total: float
    yearly: float | None
    volatility: float
    drawdown: tuple[float, ...]
    trough: int
    peak: int

    @property
    def deepest(self) -> float:
        """The deepest fall from a peak, such as -0.4."""
        return self.drawdown[self.trough]


def market(frame: pl.DataFrame, *, time: str, price: str, name: str = "") -> Market | None:
    """Return the course of a price, or None where it has fewer than three, or one that is not above 0.

    Args:
        frame: One row for each price; of several on a day, the last counts.
        time, price: The columns of the day and of the price.
        name: What is traded.
    """
    rows = frame.select(pl.col(time).alias("t"), pl.col(price).alias("p")).drop_nulls()
    daily = rows.group_by("t", maintain_order=True).agg(pl.col("p").last()).sort("t")
    days, prices = daily.get_column("t").to_list(), daily.get_column("p").to_list()
    if len(prices) < LEAST_PRICES or min(prices) <= 0:
        return None
    steps = [math.log(b / a) for a, b in pairwise(prices)]
    mean = sum(steps) / len(steps)
    variance = sum((step - mean) ** 2 for step in steps) / (len(steps) - 1)
    years = (days[-1] - days[0]).days / DAYS_A_YEAR
    drawdown, peaks, top = [], [], 0
    for place, value in enumerate(prices):
        top = place if value > prices[top] else top
        peaks.append(top)
        drawdown.append(value / prices[top] - 1)
    trough = min(range(len(prices)), key=drawdown.__getitem__)
    return Market(
        name=name,
        days=tuple(days),
        prices=tuple(prices),
        returns=tuple(b / a - 1 for a, b in pairwise(prices)),
        total=prices[-1] / prices[0] - 1,
        yearly=(prices[-1] / prices[0]) ** (1 / years) - 1 if years >= 1 else None,
        volatility=math.sqrt(variance * len(steps) / years),
        drawdown=tuple(drawdown),
        trough=trough,
        peak=peaks[trough],
    )
