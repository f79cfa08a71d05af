"""What a change is made of: mix and rate of a ratio; price, volume and mix of revenue. The parts add up exactly."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class RateEffect:
    """What one segment did to the change of a ratio.

    Attributes:
        name: The segment; None for rows without one.
        rate: From its own ratio having changed.
        mix: From its weight in the whole having changed.
        before, after: Its ratio in both periods; None where its denominator is 0 there.
        rows: How many rows of both periods it has.
    """

    name: str | None
    rate: float
    mix: float
    before: float | None
    after: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class RateChange:
    """The change of a ratio of sums, split by segment into rate and mix.

    Attributes:
        before, after: The ratio of all segments in both periods.
        parts: The segments, the one that did most first; their effects add up to after - before.
    """

    before: float
    after: float
    parts: tuple[RateEffect, ...]

    @property
    def rate(self) -> float:
        """What all changes of the segments' own ratios did."""
        return sum(part.rate for part in self.parts)

    @property
    def mix(self) -> float:
        """What the shift between segments did."""
        return sum(part.mix for part in self.parts)


@dataclass(frozen=True, slots=True)
class RevenueChange:
    """The change of revenue from one period to another, in the unit of revenue.

    before + price + volume + mix + new + gone = after

    Attributes:
        before, after: Revenue of both periods.
        price: What items sold in both periods brought in because their prices changed, at the later quantities.
        volume: The change of their quantity in all, at their earlier mean price.
        mix: The shift of that quantity to dearer or cheaper items.
        new, gone: Revenue of items that were sold only in the later or only in the earlier period.
        quantity_before, quantity_after: Quantities of all items.
        shared, added, dropped: How many items were sold in both, only the later, only the earlier period.
        rows: How many rows of both periods have an item, a quantity and revenue.
    """

    before: float
    after: float
    price: float
    volume: float
    mix: float
    new: float
    gone: float
    quantity_before: float
    quantity_after: float
    shared: int
    added: int
    dropped: int
    rows: int


def rate_change(frame: pl.DataFrame, *, segment: str, top: str, bottom: str, later: str) -> RateChange | None:
    """Return why a ratio of sums changed, or None where a period has no denominator above 0.

    A segment's rate effect is the change of its ratio at its mean weight; its mix effect is the change of its weight
    at how far its mean ratio is from that of all. A segment that is missing in one period has only a mix effect.

    Args:
        frame: The rows of two periods.
        segment: The column of the segments.
        top, bottom: The columns of the numerator and the denominator.
        later: A column that says whether a row is of the later period.

    Source: Bennet, The Theory of Measurement of Changes in Cost of Living (1920).
    """
    both = frame.filter(pl.col(top).is_not_null() & pl.col(bottom).is_not_null())
    cells = both.group_by(segment, maintain_order=True).agg(
        pl.col(top).filter(~pl.col(later)).sum().alias("n0"),
        pl.col(top).filter(pl.col(later)).sum().alias("n1"),
        pl.col(bottom).filter(~pl.col(later)).sum().alias("d0"),
        pl.col(bottom).filter(pl.col(later)).sum().alias("d1"),
        pl.len().alias("rows"),
    )
    whole = cells.select(pl.col("n0", "n1", "d0", "d1").sum()).row(0, named=True)
    if whole["d0"] <= 0 or whole["d1"] <= 0 or cells.filter((pl.col("d0") < 0) | (pl.col("d1") < 0)).height:
        return None
    before, after = whole["n0"] / whole["d0"], whole["n1"] / whole["d1"]
    middle = (before + after) / 2
    parts = []
    for row in cells.iter_rows(named=True):
        r0 = row["n0"] / row["d0"] if row["d0"] else None
        r1 = row["n1"] / row["d1"] if row["d1"] else None
        known0, known1 = (r0 if r0 is not None else r1), (r1 if r1 is not None else r0)
        w0, w1 = row["d0"] / whole["d0"], row["d1"] / whole["d1"]
        if known0 is None or known1 is None:
            continue
        rate = (known1 - known0) * (w0 + w1) / 2
        mix = (w1 - w0) * ((known0 + known1) / 2 - middle)
        parts.append(RateEffect(row[segment], rate, mix, r0, r1, row["rows"]))
    parts.sort(key=lambda part: (-abs(part.rate + part.mix), part.name or ""))
    return RateChange(before, after, tuple(parts))


def revenue_change(
    frame: pl.DataFrame, *, item: str, quantity: str, revenue: str, later: str
) -> RevenueChange | None:
    """Return why revenue changed, or None where no item was sold in both periods.

    The price of an item in a period is its revenue divided by its quantity there.

    Args:
        frame: The rows of two periods.
        item: The column of the items.
        quantity, revenue: The columns of quantity sold and of revenue.
        later: A column that says whether a row is of the later period.
    """
    sold = frame.filter(
        pl.col(item).is_not_null() & pl.col(quantity).is_not_null() & pl.col(revenue).is_not_null()
    )
    cells = sold.group_by(item, maintain_order=True).agg(
        *(
            pl.col(column).filter(pl.col(later) if side else ~pl.col(later)).sum().alias(f"{name}{side}")
            for name, column in (("q", quantity), ("r", revenue))
            for side in (0, 1)
        )
    )
    shared = cells.filter((pl.col("q0") > 0) & (pl.col("q1") > 0))
    if shared.height == 0:
        return None
    whole = cells.select(pl.col("q0", "q1", "r0", "r1").sum()).row(0, named=True)
    same = shared.select(
        pl.col("q0", "q1", "r0", "r1").sum(), (pl.col("r0") / pl.col("q0") * pl.col("q1")).sum().alias("old")
    ).row(0, named=True)
    volume = (same["q1"] - same["q0"]) * same["r0"] / same["q0"]
    return RevenueChange(
        before=whole["r0"],
        after=whole["r1"],
        price=same["r1"] - same["old"],
        volume=volume,
        mix=same["old"] - same["r0"] - volume,
        new=whole["r1"] - same["r1"],
        gone=same["r0"] - whole["r0"],
        quantity_before=whole["q0"],
        quantity_after=whole["q1"],
        shared=shared.height,
        added=cells.filter((pl.col("q1") > 0) & (pl.col("q0") <= 0)).height,
        dropped=cells.filter((pl.col("q0") > 0) & (pl.col("q1") <= 0)).height,
        rows=sold.height,
    )
