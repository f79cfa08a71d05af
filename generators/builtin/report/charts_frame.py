"""What all charts share: their frame, axes with ready-made labels, round steps, and labels that keep apart."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from generators.builtin.report.colours import Palette

BAR = 28  # height of a bar with its gap, in pixels
LABEL = 12  # font size in pixels
LONGEST_LABEL = 26
Spec = dict[str, Any]


def text_width(texts: Sequence[str]) -> float:
    """Return a little more than the width of the longest text in pixels, with a gap beside it."""
    return max(
        (8 + sum(1.05 * LABEL if ord(c) > 0x2E7F else 0.56 * LABEL for c in text) for text in texts),
        default=0.0,
    )


def chart(
    palette: Palette,
    width: int,
    height: int,
    rows: Sequence[Mapping[str, Any]],
    layers: Sequence[Spec],
    top: int = 4,
) -> Spec:
    """Return layers over rows as one chart, with the type and lines that all charts have.

    Args:
        palette: The colours.
        width, height: In pixels.
        rows: The data of the layers that have none of their own.
        layers: What is drawn.
        top: Room above, in pixels: texts over the highest points stand there.
    """
    text = {"labelColor": palette.muted, "labelFontSize": LABEL, "title": None}
    return {
        "width": width, "height": height, "background": None,
        "padding": {"left": 0, "top": top, "right": 0, "bottom": 0},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)}, "layer": list(layers),
        "config": {"aria": False, "view": {"stroke": None}, "axis": {**text, "gridColor": palette.line}},
    }  # fmt: skip


def bar_labels(palette: Palette, which: str, align: str, dx: int, x: Spec, y: Spec) -> Spec:
    """Return the printed values beside those bars that an expression of Vega picks."""
    mark = {"type": "text", "align": align, "dx": dx, "color": palette.ink, "fontSize": LABEL}
    return {
        "transform": [{"filter": which}],
        "mark": mark,
        "encoding": {"x": x, "y": y, "text": {"field": "label"}},
    }


def names_axis(names: Mapping[int, str]) -> Spec:
    """Return an axis that prints a name at each place."""
    return {"labelExpr": lookup(names), "labelLimit": 190, "title": None}


def lookup(names: Mapping[int, str]) -> str:
    """Return a Vega expression that maps a whole number to its label; JSON strings are string literals to Vega."""
    return json.dumps({str(value): name for value, name in names.items()}) + "[datum.value]"


def round_steps(low: float, high: float, count: int = 4) -> tuple[float, int, int]:
    """Return a round step and its multiples that enclose a range, and zero where the range is not far from it."""
    if low >= 0 and (low < 0.6 * high or high == low):
        low = 0.0
    if high <= 0 and high > 0.6 * low:
        high = 0.0
    if low == high == 0:
        return 1.0, 0, 1
    rough = ((high - low) or abs(high) or 1.0) / count
    power = 10.0 ** math.floor(math.log10(rough))
    found = []
    for step in (power * s for s in (0.5, 1, 2, 2.5, 5, 10)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        last = max(last, first + 1)
        many = abs(last - first - count) > 1
        found.append(
            (many, round((last - first) * step / rough, 3), abs(last - first - count), step, first, last)
        )
    *_, step, first, last = min(found)
    return step, first, last


def tall(width: int) -> int:
    """Return the height of a chart over time in pixels: on paper it leaves room for another below it."""
    return 240 if width > 800 else 196 if width > 400 else 190


def apart(middles: Sequence[float], gap: float) -> list[float]:
    """Return places of labels in the same order that keep a gap between them and stay below 1."""
    apart = list(middles)
    for i in range(1, len(apart)):
        apart[i] = max(apart[i], apart[i - 1] + gap)
    ceiling = 1 - gap / 3
    for i in reversed(range(len(apart))):
        apart[i] = min(apart[i], ceiling)
        ceiling = apart[i] - gap
    return apart
