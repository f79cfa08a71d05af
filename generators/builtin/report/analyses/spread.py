"""How the values of a measure are spread over rows."""

import math

import polars as pl

from generators.builtin.report.measures import Measure


def spread_of(frame: pl.DataFrame, measure: Measure) -> tuple[tuple[float, float, int], ...]:
    """Return about ten bins of one round width over the values of the rows, from a value (included) to the next.

    It is () where all are alike, and for ratios, which rows do not have.
    """
    if not measure.keys or measure.how == "ratio":
        return ()
    values = frame.get_column(measure.keys[0]).drop_nulls()
    low, high = values.min(), values.max()
    if not isinstance(low, float) or not isinstance(high, float) or low == high:
        return ()
    power = 10.0 ** math.floor(math.log10((high - low) / 8))
    width = next(power * step for step in (1, 2, 5, 10) if power * step * 10 >= high - low)
    counts = (values / width).floor().value_counts().iter_rows()
    found = {int(place): count for place, count in counts}
    places = range(min(found), max(found) + 1)
    return tuple((place * width, (place + 1) * width, found.get(place, 0)) for place in places)
