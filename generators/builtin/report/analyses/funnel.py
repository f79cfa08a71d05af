"""How many go on from each step to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from generators.builtin.report.analyses.groups import Interval, wilson

MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel.

    Attributes:
        name: What it is called in the data.
        count: How many reached it.
        of_first, of_previous: Their share of the first and of the previous step; None where that is empty.
        interval: Around `of_previous`, 95 %; None for the first step, and where counts are not of single visitors.
    """

    name: str
    count: float
    of_first: float | None
    of_previous: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps in order, and how many rows they were counted from."""

    steps: tuple[Step, ...]
    rows: int

    @property
    def weakest(self) -> Step | None:
        """The step, after the first, that the smallest share of the step before reached."""
        known = [step for step in self.steps[1:] if step.of_previous is not None]
        return min(known, key=lambda step: step.of_previous or 0.0, default=None)


def funnel_of_visitors(
    frame: pl.DataFrame, *, visitor: str, step: str, time: str | None = None, order: Sequence[str] = ()
) -> Funnel | None:
    """Return how many visitors took each step after the steps before it, or None where there are fewer than two.

    A visitor counts at a step when the rows show every earlier step too, each at the same time as the one before or
    later where there is a time.

    Args:
        frame: One row for each step that a visitor took.
        visitor, step: The columns of who and of which step.
        time: The column of when.
        order: The steps in order. Empty: the step with most visitors first.
    """
    columns = [visitor, step, *([time] if time else [])]
    rows = frame.select(columns).drop_nulls()
    taken = rows.group_by(step, visitor, maintain_order=True).agg(
        *([pl.col(time).sort().alias("_times")] if time else [])
    )
    names = list(order) or _by_visitors(taken, step)
    if len(names) < 2:
        return None
    reached = taken.filter(pl.col(step) == names[0])
    counts = [reached.height]
    if time:
        reached = reached.select(visitor, pl.col("_times").list.first().alias("_since"))
    for name in names[1:]:
        here = taken.filter(pl.col(step) == name)
        if time:
            later = here.join(reached, on=visitor, how="inner").select(visitor, "_times", "_since")
            later = later.explode("_times").filter(pl.col("_times") >= pl.col("_since"))
            reached = later.group_by(visitor, maintain_order=True).agg(pl.col("_times").min().alias("_since"))
        else:
            reached = here.join(reached.select(visitor), on=visitor, how="semi")
        counts.append(reached.height)
    return Funnel(_steps(names, counts, single=True), rows.height)


def funnel_of_counts(names: Sequence[str], counts: Sequence[float], rows: int) -> Funnel:
    """Return the funnel of steps whose numbers are known, such as impressions, clicks and orders, in this order."""
    return Funnel(_steps(names, counts, single=False), rows)


def _by_visitors(taken: pl.DataFrame, step: str) -> list[str]:
    counts = taken.group_by(step, maintain_order=True).len().sort(["len", step], descending=[True, False])
    return [str(name) for name in counts.get_column(step).head(MOST_STEPS)]


def _steps(names: Sequence[str], counts: Sequence[float], *, single: bool) -> tuple[Step, ...]:
    steps = []
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        before = counts[place - 1] if place else 0
        share = count / before if before else None
        interval = wilson(int(count), int(before)) if single and before else None
        steps.append(Step(name, count, count / counts[0] if counts[0] else None, share, interval))
    return tuple(steps)
