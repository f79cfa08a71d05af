"""Small charts of a search: one for each param, with its values across and what came of them upwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from brandkiln.jobs.trials import Tried
from generators.searchable import Range

WIDE, HIGH, EDGE = 220.0, 110.0, 8.0


@dataclass(frozen=True)
class Dot:
    """One setting in the units of the drawing; `state` chooses its colour."""

    x: str
    y: str
    state: str
    title: str


@dataclass(frozen=True)
class Scatter:
    """The chart of one param."""

    name: str
    dots: list[Dot]
    left: str
    right: str
    importance: float | None


def scatters(
    space: Sequence[Range], settings: Sequence[Tried], importance: dict[str, float]
) -> list[Scatter]:
    """Return a chart for each param, those that matter most first; the smallest value stands at the bottom."""
    shown = [(one, one.shown_value) for one in settings if one.shown_value is not None]
    values = sorted(value for _, value in shown if value is not None)
    low, high = (values[0], values[math.ceil(0.9 * (len(values) - 1))]) if values else (0.0, 1.0)
    charts = []
    for param in space:
        dots = []
        for one, value in shown:
            if value is None or param.name not in one.settings:
                continue
            share = min(1.0, (value - low) / (high - low)) if high > low else 0.5
            across = EDGE + (WIDE - 2 * EDGE) * _place(param, one.settings[param.name])
            up = HIGH - EDGE - (HIGH - 2 * EDGE) * share
            title = f"{one.settings[param.name]}: {value:.4g}"
            dots.append(Dot(f"{across:.1f}", f"{up:.1f}", one.state, title))
        ends = param.ends()
        charts.append(
            Scatter(param.name, dots, _short(ends[0]), _short(ends[-1]), importance.get(param.name))
        )
    return sorted(charts, key=lambda chart: -(chart.importance or 0))


def _place(param: Range, value: object) -> float:
    if param.choices:
        place = next((n for n, choice in enumerate(param.choices) if choice == value), 0)
        return place / (len(param.choices) - 1)
    low, high = float(param.low or 0), float(param.high or 0)
    number = float(value) if isinstance(value, int | float) else low
    if param.log:
        low, high, number = math.log(low), math.log(high), math.log(max(number, 1e-300))
    return min(1.0, max(0.0, (number - low) / (high - low)))


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
