"""Segments: rows that share a name in one dimension.

Groups keep the order of the rows: sums of floats depend on the order, and the same table must give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import polars as pl

from generators.builtin.report.measures import Measure


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that share a name in one dimension.

    Attributes:
        name: The name; None for rows without one.
        values: The value of each measure, by its id.
        rows: How many rows there are.
    """

    name: str | None
    values: Mapping[str, float | None]
    rows: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The segments of a dimension over the whole table.

    Attributes:
        dimension: The name of the column.
        segments: The largest in the first measure, largest first.
        others: How many more there are.
        extremes: For each measure's id, the highest and the lowest of all segments, where they differ.
    """

    dimension: str
    segments: tuple[Segment, ...]
    others: int
    extremes: Mapping[str, tuple[Segment, Segment]]


def whole(frame: pl.DataFrame, measures: Sequence[Measure]) -> Segment:
    """Return all rows of a frame as one segment."""
    if not frame.height:
        return Segment("", dict.fromkeys((m.id for m in measures), None), 0)
    return segments_of(frame.with_columns(pl.lit("").alias("_all")), "_all", measures)[0]


def segments_of(frame: pl.DataFrame, key: str, measures: Sequence[Measure]) -> list[Segment]:
    """Return the segments of a column, largest first in the first measure; equal ones by name."""
    cells = frame.group_by(key, maintain_order=True).agg(
        pl.len().alias("_rows"), *(m.expression() for m in measures)
    )
    ordered = cells.sort([measures[0].id, key], descending=[True, False], nulls_last=True)
    return [
        Segment(row[key], {m.id: row[m.id] for m in measures}, row["_rows"])
        for row in ordered.iter_rows(named=True)
    ]


def breakdown_of(
    frame: pl.DataFrame, key: str, name: str, measures: Sequence[Measure], top_n: int
) -> Breakdown:
    """Return the largest segments of a column in the first measure, and the extremes in each."""
    segments = segments_of(frame, key, measures)
    extremes = {}
    for measure in measures:
        known = [(value, s) for s in segments if (value := s.values[measure.id]) is not None]
        if len({value for value, _ in known}) > 1:
            extremes[measure.id] = (max(known, key=itemgetter(0))[1], min(known, key=itemgetter(0))[1])
    return Breakdown(name, tuple(segments[:top_n]), max(0, len(segments) - top_n), extremes)
