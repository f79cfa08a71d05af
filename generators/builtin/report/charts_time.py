"""Charts over time with several lines: comparisons, forecasts, surprises, and the parts of a series."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from generators.builtin.report.charts_frame import (
    LABEL,
    Spec,
    apart,
    chart,
    names_axis,
    round_steps,
    tall,
    text_width,
)
from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten

Colour = Literal["accent", "muted", "fall"] | int
"""A colour of the palette by its name, or one of its shades by its place."""
Axis = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; its label stands at its right end where it is not empty. A value of None leaves a gap."""

    values: tuple[float | None, ...]
    label: str = ""
    colour: Colour = "accent"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A range around a line; None where there is none."""

    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that stands out, with what is printed beside it."""

    place: int
    value: float
    label: str = ""
    below: bool = False
    """Whether its label stands below it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several courses that stand above each other, each on a scale of its own."""

    title: str
    values: tuple[float | None, ...]
    bars: bool = False
    """Whether values are drawn as bars from zero instead of a line."""


def colour_of(colour: Colour, palette: Palette) -> str:
    """Return a colour of a palette as #rrggbb."""
    if isinstance(colour, int):
        return palette.shades[min(colour, len(palette.shades) - 2)]
    found: str = getattr(palette, colour)
    return found


def lines(
    drawn: Sequence[Line],
    ticks: Sequence[str],
    palette: Palette,
    width: int,
    axis: Axis,
    *,
    bands: Sequence[Band] = (),
    dots: Sequence[Dot] = (),
    every: int = 0,
) -> Spec:
    """Return lines over the same periods with their names at their ends, ranges below them and points upon them.

    Args:
        drawn: The lines, the most important last.
        ticks: The names of the periods.
        palette: The colours.
        width: In pixels.
        axis: Prints a round value.
        bands, dots: What is drawn below and upon the lines.
        every: How many periods lie between two names that are printed; 0 for what fits.
    """
    height = tall(width)
    sides = [side for band in bands for side in (band.low, band.high)]
    known = [v for values in (*(line.values for line in drawn), *sides) for v in values if v is not None]
    known += [dot.value for dot in dots]
    step, first, last = round_steps(min(known), max(known))
    ends = _ends(drawn, step, first, last, height)
    room = min(width * 0.36, 1.2 * text_width([text for _, text, _ in ends])) if ends else 14
    x = _x(len(ticks), ticks, palette, width, right=room, every=every)
    y = _y([(n, axis(float(f"{n * step:.12g}"))) for n in range(first, last + 1)], first, last)
    layers: list[Spec] = []
    for band in bands:
        rows: list[Spec] = [
            {"place": i, "low": low / step, "high": high / step}
            for i, (low, high) in enumerate(zip(band.low, band.high, strict=True))
            if low is not None and high is not None
        ]
        around: Spec = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        area: Spec = {"type": "area", "color": palette.accent, "opacity": 0.16}
        layers.append({"data": {"values": rows}, "mark": area, "encoding": around})
    for line in drawn:
        colour = colour_of(line.colour, palette)
        rows = [{"place": i, "steps": None if v is None else v / step} for i, v in enumerate(line.values)]
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": 2, "strokeJoin": "round"}
        mark |= {"strokeDash": [5, 4]} if line.dashed else {}
        layers.append({"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}})
    layers += _dots(dots, step, palette, x, y)
    layers += [
        {
            "data": {"values": [{"place": len(ticks) - 1, "steps": at}]},
            "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": LABEL, "color": colour},
            "encoding": {"x": x, "y": y, "text": {"value": shorten(text, 22)}},
        }
        for at, text, colour in ((at, text, _ink(colour, palette)) for at, text, colour in ends)
    ]
    return chart(palette, width, height, [], layers, 18 if dots else 8)


def panels(drawn: Sequence[Panel], ticks: Sequence[str], palette: Palette, width: int, axis: Axis) -> Spec:
    """Return courses above each other, the first on top, each with its own scale and its title."""
    height = (92 if width > 800 else 74) * len(drawn)
    unit = 1000
    marks: list[tuple[int, str]] = []
    layers: list[tuple[list[Spec], Spec, Spec]] = []
    x = _x(len(ticks), ticks, palette, width)
    for place, panel in enumerate(drawn):
        base = (len(drawn) - 1 - place) * unit
        known = [v for v in panel.values if v is not None]
        low, high = (min(0.0, *known), max(0.0, *known)) if panel.bars else (min(known), max(known))
        step, first, last = round_steps(low, high, 2)
        scale = 0.74 * unit / (last - first)
        floor = first * step

        def at(value: float, base: int = base, floor: float = floor, scale: float = scale / step) -> int:
            return round(base + (value - floor) * scale)

        shown = {first, last} | ({0} if first < 0 < last else set())
        marks += [(at(n * step), axis(float(f"{n * step:.12g}"))) for n in sorted(shown)]
        rows: list[Spec] = [
            {"place": i, "at": None if v is None else at(v), "zero": at(max(floor, 0.0))}
            for i, v in enumerate(panel.values)
        ]
        both: Spec = {"x": x, "y": {"field": "at"}}
        mark: Spec = {"type": "line", "color": palette.accent, "strokeWidth": 2, "strokeJoin": "round"}
        if panel.bars:
            thick = max(1, min(9, (width - 80) / (1.6 * len(ticks))))
            mark = {"type": "bar", "color": palette.muted, "size": thick}
            both["y2"] = {"field": "zero"}
        layers.append((rows, mark, both))
        title: Spec = {
            "type": "text",
            "align": "left",
            "fontSize": LABEL,
            "fontWeight": 600,
            "color": palette.ink,
        }
        text: Spec = {"x": x, "y": {"field": "at"}, "text": {"value": shorten(panel.title, 40)}}
        layers.append(([{"place": 0, "at": base + 0.87 * unit}], title, text))
    y = _y(marks, 0, len(drawn) * unit - 60)
    drawn_layers: list[Spec] = [
        {"data": {"values": rows}, "mark": mark, "encoding": {**both, "y": {**y, **both["y"]}}}
        for rows, mark, both in layers
    ]
    return chart(palette, width, height, [], drawn_layers)


def _x(
    count: int, ticks: Sequence[str], palette: Palette, width: int, right: float = 14, every: int = 0
) -> Spec:
    every = every or max(1, math.ceil(count / max(3, (width - right) // 72)))
    shown = [i for i in range(count) if (count - 1 - i) % every == 0]
    span = max(1, count - 1)
    inner = max(120.0, width - 60 - right)
    return {
        "field": "place", "type": "quantitative",
        "scale": {"domain": [-14 * span / inner, span + right * span / inner], "nice": False},
        "axis": {**names_axis({i: ticks[i] for i in shown}), "values": shown, "grid": False,
                 "domainColor": palette.line, "ticks": False, "labelPadding": 8, "labelFlush": False},
    }  # fmt: skip


def _y(marks: Sequence[tuple[int, str]], first: int, last: int) -> Spec:
    return {
        "field": "steps", "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {**names_axis(dict(marks)), "values": [at for at, _ in marks], "domain": False, "ticks": False,
                 "labelPadding": 8},
    }  # fmt: skip


def _ends(
    drawn: Sequence[Line], step: float, first: int, last: int, height: int
) -> list[tuple[float, str, Colour]]:
    """Return where the names of lines stand at the right, so that they do not overlap."""
    named = []
    for line in drawn:
        known = [v for v in line.values if v is not None]
        if line.label and known:
            named.append((known[-1] / step, line.label, line.colour))
    named.sort(key=lambda end: end[0])
    span = last - first
    middles = apart([(at - first) / span for at, _, _ in named], 16 / height)
    return [
        (first + middle * span, text, colour)
        for middle, (_, text, colour) in zip(middles, named, strict=True)
    ]


def _ink(colour: Colour, palette: Palette) -> str:
    """Return the colour of a line's name: that of the line where text in it can be read."""
    return colour_of(colour, palette) if colour in ("accent", "fall", 0) else palette.muted


def _dots(dots: Sequence[Dot], step: float, palette: Palette, x: Spec, y: Spec) -> list[Spec]:
    found: list[Spec] = []
    for below in (False, True):
        rows: list[Spec] = [
            {"place": d.place, "steps": d.value / step, "label": d.label} for d in dots if d.below == below
        ]
        if not rows:
            continue
        data, both = {"values": rows}, {"x": x, "y": y}
        mark: Spec = {"type": "point", "filled": True, "size": 54, "opacity": 1, "color": palette.fall}
        text: Spec = {"type": "text", "dy": 17 if below else -12, "fontWeight": 600, "fontSize": LABEL}
        found.append({"data": data, "mark": mark, "encoding": both})
        found.append({"data": data, "mark": text | {"color": palette.ink},
                      "encoding": {**both, "text": {"field": "label"}}})  # fmt: skip
    return found
