"""What a figure draws, as plain numbers: office programs draw their own charts from it, which people can edit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report.colours import Palette
from generators.builtin.report.measures import Measure


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars; a value of None leaves a gap. A line of what was not observed is dashed."""

    name: str
    values: tuple[float | None, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """The numbers of a chart.

    Attributes:
        kind: A line over time, bars from zero, columns split into shares of 1, or bars that each begin where the one
            before ends.
        categories: The periods or segments, in reading order.
        series: The values, one for each category.
        code: How a cell prints them, as Excel writes it.
        compared: How many categories at the end are there for comparison only.
        totals: Of a waterfall, the places of the steps that stand on zero.
        labels: Of a waterfall, what is printed beside each step.
        spans: The interval around each value of the first series, or ().
    """

    kind: Literal["line", "bars", "shares", "waterfall"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    code: str
    compared: int = 0
    totals: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    spans: tuple[tuple[float, float], ...] = ()

    @property
    def axis_code(self) -> str:
        """How the axis of the values prints them: it needs no decimals where its steps have none."""
        low, high = self.range
        if self.kind == "shares" or (self.code == SHARE and high - low > 0.08):
            return "0%"
        return COUNT if self.code == INDEX else self.code

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value, or zero where that is beyond them."""
        known = [value for series in self.series for value in series.values if value is not None]
        known += [end for ends in (*self._steps(), *self.spans) for end in ends]
        return min(known, default=0.0), max(known, default=0.0)

    @property
    def stacked(self) -> tuple[Series, ...]:
        """The steps of a waterfall as stacked bars: what holds a bar up and is not drawn, the parts of the bar above
        and below zero, and an end that is not drawn either and carries the label."""
        steps = [(min(ends), max(ends)) for ends in self._steps()]
        low, high = self.range
        rows = [
            (
                max(0.0, first) + min(0.0, last),
                max(0.0, last) - max(0.0, first),
                min(0.0, first) - min(0.0, last),
                0.1 * (high - low),
            )
            for first, last in steps
        ]
        names = ("", self.series[0].name, "−", " ")
        return tuple(
            Series(name, values) for name, values in zip(names, zip(*rows, strict=True), strict=True)
        )

    def _steps(self) -> Iterator[tuple[float, float]]:
        """Yield where each step of a waterfall begins and ends."""
        at = 0.0
        for place, value in enumerate(self.series[0].values if self.kind == "waterfall" else ()):
            start = 0.0 if place in self.totals else at
            at = start + (value or 0.0)
            yield start, at

    @property
    def is_whole(self) -> bool:
        """Whether these are shares that come close to a whole, above which no axis should go."""
        return self.code == SHARE and 0.8 < self.range[1] < 1 + 1e-9

    @property
    def has_losses(self) -> bool:
        """Whether a value is below zero, so that bars do not all begin at the edge."""
        return any((value or 0) < 0 for series in self.series for value in series.values)

    def series_colours(self, palette: Palette) -> list[str]:
        """Return the colour of each series; those beyond the shades share the last one."""
        if self.kind == "line":
            hues = (palette.accent, palette.fall, palette.muted, *palette.shades[2:-1:2])
            drawn = [place for place, series in enumerate(self.series) if not series.dashed]
            return [
                hues[drawn.index(place) % len(hues)] if place in drawn else palette.muted
                for place in range(len(self.series))
            ]
        last = len(palette.shades) - 1
        return [palette.shades[min(place, last)] for place in range(len(self.series))]

    def bar_colours(self, palette: Palette) -> list[str]:
        """Return the colour of each bar of the first series: losses and what is there for comparison have their own."""
        first = len(self.categories) - self.compared
        return [
            palette.shades[-1]
            if place >= first
            else palette.muted
            if place in self.totals
            else palette.fall
            if (value or 0) < 0
            else palette.accent
            for place, value in enumerate(self.series[0].values)
        ]


COUNT = "#,##0"
SHARE = "0.0%"
INDEX = "0.0"


def code_of(measure: Measure, values: Iterable[float | None]) -> str:
    """Return the number format of a measure's values, such as "[$€]#,##0"; large ones are printed without decimals."""
    match measure.unit:
        case "percent":
            return SHARE
        case "times":
            return "0.00\\×"
        case "count":
            return COUNT
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    sign = f"[${measure.sign}]" if measure.sign else ""
    return f"{sign}{COUNT if largest >= 1_000 else '#,##0.00'}"


def plot_of(
    kind: Literal["line", "bars"],
    categories: Sequence[str],
    values: Sequence[float | None],
    measure: Measure,
    name: str,
    compared: int = 0,
) -> Plot:
    """Return a plot of one series of values of a measure."""
    return Plot(kind, tuple(categories), (Series(name, tuple(values)),), code_of(measure, values), compared)
