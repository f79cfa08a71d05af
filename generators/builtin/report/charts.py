"""Charts as Vega-Lite specs and SVG. All labels come ready-made, so that text and charts print numbers alike.

Names from the data are values of the fixed fields below, or string literals; never field names or code.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import vl_convert

from generators.builtin.report import fonts
from generators.builtin.report.charts_frame import (
    BAR,
    LABEL,
    LONGEST_LABEL,
    apart,
    bar_labels,
    chart,
    names_axis,
    round_steps,
    tall,
    text_width,
)
from generators.builtin.report.charts_frame import Spec as Spec
from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten

ABOVE = 18
"""Pixels that the text above the highest point takes."""
SCHEMA_VERSION = "6.4"
FONT = "Source Sans Pro"
TAG = re.compile(r"<[a-zA-Z][^>]*>")
TIP = re.compile(r' aria-label="tip:([^"]*)"')
"""What is said of a place on a chart; see hovering.py."""
ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its value and the value as printed. A faded one is there for comparison."""

    name: str
    value: float
    label: str
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line; `label` is printed beside it where it is not empty. A value of None leaves a gap."""

    tick: str
    value: float | None
    label: str = ""


def bars(values: Sequence[Bar], palette: Palette, width: int) -> Spec:
    """Return horizontal bars from zero, top to bottom, with their values beside them; losses have their own colour."""
    low = min(0.0, *(b.value for b in values))
    high = max(0.0, *(b.value for b in values))
    span = (high - low) or 1.0
    colours = [
        palette.fall if b.value < 0 else palette.shades[-1] if b.faded else palette.accent for b in values
    ]
    rows = [
        {"place": place, "value": bar.value, "label": bar.label, "colour": colour}
        for place, (bar, colour) in enumerate(zip(values, colours, strict=True))
    ]
    names = {place: shorten(b.name, 20 if width < 400 else LONGEST_LABEL) for place, b in enumerate(values)}
    y: Spec = {
        "field": "place",
        "type": "ordinal",
        "axis": {**names_axis(names), "domain": False, "ticks": False, "labelPadding": 8},
    }
    left, right = (text_width([b.label for b in values if (b.value < 0) == loss]) for loss in (True, False))
    plot = max(60.0, width - text_width(list(names.values())) - left - right)
    domain = [low - span * left / plot, high + span * right / plot]
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": domain, "nice": False},
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 18},
         "encoding": {"x": x, "y": y, "color": {"field": "colour", "type": "nominal", "scale": None}}},
        bar_labels(palette, "datum.value >= 0", "left", 5, x, y),
        bar_labels(palette, "datum.value < 0", "right", -5, x, y),
        {"data": {"values": [{"zero": 0}]}, "mark": {"type": "rule", "color": palette.muted, "strokeWidth": 1},
         "encoding": {"x": {**x, "field": "zero"}}},
    ]  # fmt: skip
    return chart(palette, width, BAR * len(rows), rows, layers)


def line(
    points: Sequence[Point], palette: Palette, width: int, height: int, axis: Callable[[float], str]
) -> Spec:
    """Return a line over time with a light area below it; the zero line is shown where zero is not far away."""
    known = [p.value for p in points if p.value is not None]
    step, first, last = round_steps(min(known), max(known))
    rows = [  # a label goes below the line where it falls, unless the names of the periods stand there
        {
            "place": i,
            "steps": None if p.value is None else p.value / step,
            "label": p.label,
            "falls": falls and (p.value or 0.0) / step - first > 0.18 * (last - first),
        }
        for i, (p, falls) in enumerate(zip(points, _falls(points), strict=True))
    ]
    every = max(1, math.ceil(len(points) / max(3, width // 72)))
    shown = [i for i in range(len(points)) if (len(points) - 1 - i) % every == 0]
    x: Spec = {
        "field": "place", "type": "quantitative",
        "scale": {"domain": [0, max(1, len(points) - 1)], "nice": False, "padding": 14},
        "axis": {**names_axis({i: points[i].tick for i in shown}), "values": shown, "grid": False,
                 "domainColor": palette.line, "ticks": False, "labelPadding": 8, "labelFlush": False},
    }  # fmt: skip
    y: Spec = {
        "field": "steps", "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False},
        "axis": {**names_axis({n: axis(float(f"{n * step:.12g}")) for n in range(first, last + 1)}),
                 "values": list(range(first, last + 1)), "domain": False, "ticks": False, "labelPadding": 8},
    }  # fmt: skip
    both = {"x": x, "y": y}
    named = [row for row in rows if row["label"]]
    dots = {"data": {"values": named}, "encoding": both}
    layers: list[Spec] = [
        {"mark": {"type": "area", "color": palette.accent, "opacity": 0.08},
         "encoding": {**both, "y2": {"datum": min(max(0, first), last)}}},
        {"mark": {"type": "line", "color": palette.accent, "strokeWidth": 2.25, "strokeJoin": "round"},
         "encoding": both},
        {**dots, "mark": {"type": "point", "filled": True, "size": 46, "opacity": 1, "color": palette.accent}},
    ]  # fmt: skip
    for which, dy in (("!datum.falls", -12), ("datum.falls", 18)):  # on the side where the line is not
        text = {"type": "text", "dy": dy, "fontWeight": 600, "color": palette.ink, "fontSize": LABEL}
        encoding = {**both, "text": {"field": "label"}}
        layers.append({**dots, "transform": [{"filter": which}], "mark": text, "encoding": encoding})
    return chart(palette, width, height, rows, layers, ABOVE)


def spark(values: Sequence[float | None], palette: Palette) -> Spec:
    """Return a line without axes or text, for a key figure."""
    rows = [{"place": i, "value": v} for i, v in enumerate(values)]
    last = [next(row for row in reversed(rows) if row["value"] is not None)]
    encoding: Spec = {
        "x": {"field": "place", "type": "quantitative", "axis": None, "scale": {"nice": False, "padding": 3}},
        "y": {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": False, "padding": 3}},
    }
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": palette.muted, "strokeWidth": 1.5}, "encoding": encoding},
        {"mark": {"type": "point", "filled": True, "size": 28, "opacity": 1, "color": palette.accent},
         "data": {"values": last}, "encoding": encoding},
    ]  # fmt: skip
    return chart(palette, 150, 34, rows, layers)


def shares(
    names: Sequence[str],
    ticks: Sequence[str],
    table: Sequence[Sequence[float]],
    labels: Sequence[str],
    palette: Palette,
    width: int,
) -> Spec:
    """Return columns that are split into shares of 100 %, with the names and last shares at their right.

    Args:
        names: The segments, from the bottom up; the last may stand for all others.
        ticks: The names of the columns.
        table: The shares by column and segment; each row adds up to 1.
        labels: What is printed beside the last column, one for each segment.
        palette: The colours.
        width: In pixels.
    """
    height, count = tall(width), len(palette.shades)
    colours = [*palette.shades[: len(names) - 1], palette.shades[min(len(names), count) - 1]]
    rows = []
    for place, column in enumerate(table):
        for colour, (low, high) in zip(colours, pairwise((0.0, *accumulate(column))), strict=True):
            rows.append({"place": place, "low": low, "high": high, "colour": colour})
    middles = [(low + high) / 2 for low, high in pairwise((0.0, *accumulate(table[-1])))]
    texts = [f"{shorten(name, 18)}  {label}" for name, label in zip(names, labels, strict=True)]
    ends = [{"middle": m, "text": t} for m, t in zip(apart(middles, 17 / height), texts, strict=True)]
    room = min(190, 8 + round(text_width(texts)))
    every = max(1, math.ceil(len(ticks) / max(2, (width - room) // 64)))
    shown = [i for i in range(len(ticks)) if (len(ticks) - 1 - i) % every == 0]
    axis = {"domain": False, "ticks": False, "labelAngle": 0, "labelPadding": 8}
    x: Spec = {
        "field": "place",
        "type": "ordinal",
        "scale": {"paddingInner": 0.22, "paddingOuter": 0},
        "axis": {**names_axis({i: ticks[i] for i in shown}), "values": shown, **axis},
    }
    y: Spec = {"field": "low", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None}
    fill: Spec = {"field": "colour", "type": "nominal", "scale": None}
    beside: Spec = {
        "x": {"value": width - room + 8},
        "y": {**y, "field": "middle"},
        "text": {"field": "text"},
    }
    layers: list[Spec] = [
        {"mark": {"type": "bar", "stroke": palette.ground, "strokeWidth": 1},
         "encoding": {"x": x, "y": y, "y2": {"field": "high"}, "color": fill}},
        {"mark": {"type": "text", "align": "left", "color": palette.ink, "fontSize": LABEL},
         "data": {"values": ends}, "encoding": beside},
    ]  # fmt: skip
    padding = {"left": 0, "top": 4, "bottom": 28, "right": room}
    return {
        **chart(palette, width - room, height, rows, layers),
        "padding": padding,
        "autosize": {"type": "none"},
    }


def svg(spec: Spec, font: str = FONT) -> str:
    """Return a chart as SVG: attributes only, no script, no style, nothing from outside.

    Vega gives each group a role of its own, without a name; the whole chart is one image with one text instead.
    """
    fonts.register_for_charts()
    spec = {**spec, "config": {**spec["config"], "font": font}}
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=SCHEMA_VERSION, allowed_base_urls=[])
    return TAG.sub(lambda tag: ROLE.sub("", TIP.sub(r' data-tip="\1"', tag.group())), drawn)


def _falls(points: Sequence[Point]) -> list[bool]:
    """Return for each point whether the line comes down to it and does not go further down."""
    values = [point.value for point in points]
    neighbours = zip([None, *values], values, [*values[1:], None])  # noqa: B905 - the first is longer by one
    return [a is not None and v is not None and a > v and (b is None or b > v) for a, v, b in neighbours]
