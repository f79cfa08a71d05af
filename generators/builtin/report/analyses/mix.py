"""How the shares of segments went from period to period."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter

import polars as pl

from generators.builtin.report.analyses.segments import segments_of
from generators.builtin.report.measures import Measure
from generators.builtin.report.timeline import Timeline

MIX_SEGMENTS = 5
MIX_PERIODS = 24
MOST_OTHERS = 0.75  # above this share of others, a chart of the largest segments shows next to nothing


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of the largest segments in each period.

    Attributes:
        dimension: The name of the column.
        names: The segments; the last stands for all others where `has_others`.
        starts: The first days of the periods.
        shares: One row for each period, adding up to 1.
        has_others: Whether there are more segments than names.
        leader: The largest of all segments in the last period, and its share.
    """

    dimension: str
    names: tuple[str | None, ...]
    starts: tuple[date, ...]
    shares: tuple[tuple[float, ...], ...]
    has_others: bool
    leader: tuple[str | None, float]


def mix_of(
    frame: pl.DataFrame, key: str, name: str, time: str, timeline: Timeline, measure: Measure
) -> Mix | None:
    """Return shares by period, or None where they say nothing: with negative values, one segment or far too many."""
    starts = [s for s, rows in zip(timeline.starts, timeline.rows, strict=True) if rows][-MIX_PERIODS:]
    grouped = frame.with_columns(timeline.start_of(pl.col(time)).alias("_start")).filter(
        pl.col("_start").is_in(starts)
    )
    segments = segments_of(grouped, key, [measure])
    cells = grouped.group_by(key, "_start", maintain_order=True).agg(measure.expression())
    values = {(row[key], row["_start"]): row[measure.id] or 0.0 for row in cells.iter_rows(named=True)}
    totals = dict.fromkeys(starts, 0.0)
    for (_, start), value in values.items():
        totals[start] += value
    if len(starts) < 2 or len(segments) < 2 or min(values.values()) < 0 or min(totals.values()) <= 0:
        return None
    has_others = len(segments) > MIX_SEGMENTS + 1
    names = [s.name for s in segments[: MIX_SEGMENTS if has_others else MIX_SEGMENTS + 1]]
    shares = [[values.get((n, start), 0.0) / totals[start] for n in names] for start in starts]
    if has_others:
        names.append(None)
        shares = [[*row, max(0.0, 1 - sum(row))] for row in shares]
        if shares[-1][-1] > MOST_OTHERS:
            return None
    last = [(values.get((s.name, starts[-1]), 0.0) / totals[starts[-1]], s.name) for s in segments]
    share, leader = max(last, key=itemgetter(0))
    return Mix(name, tuple(names), tuple(starts), tuple(map(tuple, shares)), has_others, (leader, share))
