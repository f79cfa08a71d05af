"""Charts of parts and groups: waterfalls, heat maps, and values with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.report.charts_frame import (
    BAR,
    LABEL,
    LONGEST_LABEL,
    Spec,
    bar_labels,
    chart,
    names_axis,
    text_width,
)
from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten

CELL = 27  # height of a cell of a heat map, in pixels
STRONG = 0.55  # from which opacity on a cell's text is printed in the colour of the ground


@dataclass(frozen=True, slots=True)
class Fall:
    """A step of a waterfall: a change, or a total that stands on zero."""

    name: str
    value: float
    label: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A value with the interval around it; a plain one, where there is nothing to tell, is drawn grey."""

    name: str
    value: float
    low: float
    high: float
    label: str
    plain: bool = False


def waterfall(steps: Sequence[Fall], palette: Palette, width: int) -> Spec:
    """Return bars that begin where the one above ends, top to bottom; totals stand on zero."""
    rows: list[Spec] = []
    at = 0.0
    for place, step in enumerate(steps):
        start, end = (0.0, step.value) if step.total else (at, at + step.value)
        at = end
        colour = palette.muted if step.total else palette.fall if step.value < 0 else palette.accent
        rows.append(
            {"place": place, "low": min(start, end), "high": max(start, end), "end": end,
             "label": step.label, "colour": colour, "next": min(place + 1, len(steps) - 1)}
        )  # fmt: skip
    low, high = min(0.0, *(r["low"] for r in rows)), max(0.0, *(r["high"] for r in rows))
    span = (high - low) or 1.0
    names = {i: shorten(step.name, 20 if width < 400 else LONGEST_LABEL) for i, step in enumerate(steps)}
    right = text_width([step.label for step in steps])
    plot = max(60.0, width - text_width(list(names.values())) - right)
    domain = [low - span * 0.01, high + span * right / plot]
    x: Spec = {
        "field": "low",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": domain, "nice": False},
    }
    y = _names(names)
    ends: Spec = {
        "x": {**x, "field": "end"},
        "y": {**y, "bandPosition": 0.5},
        "y2": {"field": "next", "bandPosition": 0.5},
    }
    layers: list[Spec] = [
        {"mark": {"type": "rule", "color": palette.muted, "strokeWidth": 1, "strokeDash": [2, 2]}, "encoding": ends},
        {"mark": {"type": "bar", "height": 18},
         "encoding": {"x": x, "x2": {"field": "high"}, "y": y,
                      "color": {"field": "colour", "type": "nominal", "scale": None}}},
        bar_labels(palette, "true", "left", 5, {**x, "field": "high"}, y),
        {"data": {"values": [{"zero": 0}]}, "mark": {"type": "rule", "color": palette.muted, "strokeWidth": 1},
         "encoding": {"x": {**x, "field": "zero"}}},
    ]  # fmt: skip
    return chart(palette, width, BAR * len(rows), rows, layers)


def heat(
    names: Sequence[str],
    ticks: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    labels: Sequence[Sequence[str]],
    palette: Palette,
    width: int,
) -> Spec:
    """Return a table of coloured cells with their values in them; a strong colour is a high value.

    Args:
        names: The rows, from top to bottom.
        ticks: The columns.
        cells: For each row, the strength of each cell, 0 to 1; None leaves it out.
        labels: What is printed in each cell.
        palette: The colours.
        width: In pixels.
    """
    narrow = (width - text_width(list(names))) / max(1, len(ticks)) < 36
    rows = [
        {"place": row, "column": column, "strength": strength, "label": label}
        for row, (line, texts) in enumerate(zip(cells, labels, strict=True))
        for column, (strength, label) in enumerate(zip(line, texts, strict=True))
        if strength is not None
    ]
    y = _names({i: shorten(name, LONGEST_LABEL) for i, name in enumerate(names)})
    y["scale"] = {"paddingInner": 0.06, "paddingOuter": 0}
    every = 2 if narrow and len(ticks) > 6 else 1
    shown = list(range(0, len(ticks), every))
    axis: Spec = {**names_axis(dict(enumerate(ticks))), "values": shown, "orient": "top", "domain": False,
                  "ticks": False, "labelAngle": 0, "labelPadding": 6}  # fmt: skip
    x: Spec = {
        "field": "column",
        "type": "ordinal",
        "axis": axis,
        "scale": {"paddingInner": 0.04, "paddingOuter": 0},
    }
    opacity: Spec = {
        "field": "strength",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0.04, 1]},
        "legend": None,
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "rect", "color": palette.accent},
            "encoding": {"x": x, "y": y, "fillOpacity": opacity},
        }
    ]
    for strong, colour in ((False, palette.ink), (True, palette.ground)):
        comparison = ">=" if strong else "<"
        mark: Spec = {"type": "text", "color": colour, "fontSize": 9 if narrow else LABEL - 1}
        layers.append({"transform": [{"filter": f"datum.strength {comparison} {STRONG}"}], "mark": mark,
                       "encoding": {"x": x, "y": y, "text": {"field": "label"}}})  # fmt: skip
    return chart(palette, width, CELL * len(names), rows, layers)


def intervals(values: Sequence[Span], palette: Palette, width: int, *, zero: bool = False) -> Spec:
    """Return a dot for each value with a line over its interval, and the line of zero where it is asked for."""
    low, high = min(v.low for v in values), max(v.high for v in values)
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    span = (high - low) or 1.0
    names = {i: shorten(v.name, 20 if width < 400 else LONGEST_LABEL) for i, v in enumerate(values)}
    right = text_width([v.label for v in values])
    plot = max(60.0, width - text_width(list(names.values())) - right)
    domain = [low - span * 0.04, high + span * (right + 8) / plot]
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": domain, "nice": False, "zero": False},
    }
    y = _names(names)
    rows = [
        {"place": i, "value": v.value, "low": v.low, "high": v.high, "label": v.label,
         "colour": palette.muted if v.plain else palette.accent}
        for i, v in enumerate(values)
    ]  # fmt: skip
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.35, "strokeCap": "round"},
         "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": colour}},
        {"mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
         "encoding": {"x": x, "y": y, "color": colour}},
        bar_labels(palette, "true", "left", 8, {**x, "field": "high"}, y),
    ]  # fmt: skip
    if zero:
        layers.insert(0, {"data": {"values": [{"zero": 0}]}, "mark": {"type": "rule", "color": palette.muted},
                          "encoding": {"x": {**x, "field": "zero"}}})  # fmt: skip
    return chart(palette, width, (BAR + 4) * len(rows), rows, layers)


def _names(names: dict[int, str]) -> Spec:
    axis = {**names_axis(names), "domain": False, "ticks": False, "labelPadding": 8}
    return {"field": "place", "type": "ordinal", "axis": axis}
