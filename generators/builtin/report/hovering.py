"""Values that a reader sees over a chart: a place for each row of the figure's table, all the way across."""

from typing import Any

from generators.builtin.report.charts import Spec
from generators.builtin.report.part import Figure

MARK = "tip:"
"""What the description of such a place begins with; `charts.svg` makes it data, which a screen reader passes over."""
MOST = 400


def with_places(spec: Spec, figure: Figure) -> Spec:
    """Return the chart with a place for each row of the figure's table; as it is where its places are not the rows."""
    found = _axis(spec, len(figure.rows))
    if found is None:
        return spec
    channel, encoding, width = found
    values = [{"place": place, "tip": MARK + tip} for place, tip in enumerate(tips(figure))]
    mark: dict[str, Any] = {"type": "rect", "opacity": 0, "aria": True, "ariaRole": "img"}
    if width:
        mark = mark | {"type": "rule", "strokeWidth": width}
    layer: Spec = {
        "data": {"values": values},
        "mark": mark,
        "encoding": {channel: encoding, "description": {"field": "tip"}},
    }
    config = {name: value for name, value in spec["config"].items() if name != "aria"}
    return {**spec, "layer": [*spec["layer"], layer], "config": config}


def tips(figure: Figure) -> list[str]:
    """Return what is said of each row: its name and its values, each with the title of its column."""
    several = len(figure.head) > 2
    return [
        f"{row[0]}: "
        + ", ".join(
            f"{title} {text}" if several else text
            for title, text in zip(figure.head[1:], row[1:], strict=False)
            if text
        )
        for row in figure.rows
    ]


def _axis(spec: Spec, rows: int) -> tuple[str, Spec, float] | None:
    """Return the channel whose places are the rows, how it is encoded, and the width of a place in pixels or 0."""
    if not 1 < rows <= MOST or "layer" not in spec:
        return None
    for layer in spec["layer"]:
        for channel in ("x", "y"):
            encoding = layer.get("encoding", {}).get(channel, {})
            if encoding.get("field") != "place":
                continue
            if encoding["type"] == "ordinal":
                places = {row.get("place") for row in spec["data"]["values"]}
                return (channel, encoding, 0.0) if len(places) == rows else None
            if max(encoding["axis"].get("values") or (0,)) == rows - 1:  # the last place always has its name
                return channel, encoding, max(2.0, spec["width"] / rows * 0.8)
            return None
    return None
