"""How the values of a measure are spread over rows."""

import math

import polars as pl

from generators.builtin.report.measures import Measure

USUAL, FAR = 0.98, 3.0
"""The share of the values that bins are made for, where the largest is this many times as far away."""


def spread_of(frame: pl.DataFrame, measure: Measure) -> tuple[tuple[float, float | None, int], ...]:
    """Return about ten bins of one round width over the values of the rows, from a value (included) to the next.

    Where a few values lie far above all others, the last bin holds them and has no end. It is () where all are alike,
    and for ratios, which rows do not have.
    """
    if not measure.keys or measure.how == "ratio":
        return ()
    values = frame.get_column(measure.keys[0]).drop_nulls()
    low, high = values.min(), values.max()
    if not isinstance(low, float) or not isinstance(high, float) or low == high:
        return ()
    usual = values.quantile(USUAL)
    end = usual if usual is not None and low < usual and high - low > FAR * (usual - low) else high
    high = end
    power = 10.0 ** math.floor(math.log10((high - low) / 8))
    width = next(power * step for step in (1, 2, 5, 10) if power * step * 10 >= high - low)
    counts = (values / width).floor().value_counts().iter_rows()
    found = {int(place): count for place, count in counts}
    last = math.floor(end / width)
    beyond = sum(count for place, count in found.items() if place > last)
    places = range(min(found), last + 1)
    bins = [(place * width, (place + 1) * width, found.get(place, 0)) for place in places]
    return (*bins, ((last + 1) * width, None, beyond)) if beyond else tuple(bins)
