"""The charts of an issue as the studio draws them: small pictures from the numbers that the document keeps."""

from collections.abc import Collection
from dataclasses import dataclass

from brandkiln.reports.document_parts import Grid

WIDTH, HEIGHT = 600.0, 160.0
MOST_BARS = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its value as printed, and where it begins and how long it is, in hundredths of the width."""

    name: str
    printed: str
    start: float
    length: float
    place: int
    is_loss: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: bars, or the points of lines in a box of WIDTH by HEIGHT, gaps left out."""

    kind: str
    bars: tuple[Bar, ...] = ()
    lines: tuple[str, ...] = ()
    first: str = ""
    last: str = ""


def drawing_of(grid: Grid) -> Drawing | None:
    """Return how a figure is drawn; None for a table, and where there is too little to draw."""
    plot = grid.plot
    if not plot or not plot["series"]:
        return None
    values = plot["series"][0]["values"]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    if plot["kind"] in ("bars", "waterfall"):
        totals = plot["totals"] if plot["kind"] == "waterfall" else range(len(values))
        return Drawing("bars", bars=_bars(grid, plot["categories"], values, totals))
    if plot["kind"] != "line":
        return None
    low, high = min(0.0, *known), max(0.0, *known)
    lines = tuple(_lines(values, low, (high - low) or 1.0))
    return Drawing("line", lines=lines, first=plot["categories"][0], last=plot["categories"][-1])


def _bars(
    grid: Grid, names: list[str], values: list[float | None], totals: Collection[int]
) -> tuple[Bar, ...]:
    """Return a bar for each value; one that is no total begins where the bar before it ends."""
    known = [value or 0.0 for value in values]
    starts: list[float] = []
    at = 0.0
    for place, value in enumerate(known):
        starts.append(0.0 if place in totals else at)
        at = starts[-1] + value
    ends = [start + value for start, value in zip(starts, known, strict=True)]
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    span = (high - low) or 1.0
    printed = {row[0]: row[1] for row in grid.rows if len(row) > 1}
    return tuple(
        Bar(
            name=name,
            printed=printed.get(name, ""),
            start=round(100 * (min(start, start + value) - low) / span, 2),
            length=round(100 * abs(value) / span, 2),
            place=place,
            is_loss=value < 0,
        )
        for place, (name, value, start) in enumerate(zip(names, known, starts, strict=True))
    )[:MOST_BARS]


def _lines(values: list[float | None], low: float, span: float) -> list[str]:
    """Return the points of each unbroken piece of a line."""
    step = WIDTH / max(1, len(values) - 1)
    pieces: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place * step:.1f},{HEIGHT - (value - low) / span * (HEIGHT - 8) - 4:.1f}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]
