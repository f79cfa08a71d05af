"""What a figure draws, as plain numbers: office programs draw their own charts from it, which people can edit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report.measures import Measure


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars; a value of None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """The numbers of a chart.

    Attributes:
        kind: A line over time, bars from zero, or columns split into shares of 1.
        categories: The periods or segments, in reading order.
        series: The values, one for each category.
        code: How a cell prints them, as Excel writes it.
        compared: How many categories at the end are there for comparison only.
    """

    kind: Literal["line", "bars", "shares"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    code: str
    compared: int = 0

    def tone(self, place: int) -> Literal["plain", "loss", "compared"]:
        """Return what a bar of the first series is, by its place."""
        if place >= len(self.categories) - self.compared:
            return "compared"
        return "loss" if (self.series[0].values[place] or 0) < 0 else "plain"


COUNT = "#,##0"
SHARE = "0.0%"


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
