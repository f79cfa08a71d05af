"""Charts that Word and PowerPoint draw themselves, from the numbers in a workbook of their own."""

import math
from collections.abc import Sequence
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import serialize_for_reading
from pptx.util import Pt

from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten
from generators.builtin.report.plots import Plot

TYPES = {
    "line": XL_CHART_TYPE.LINE,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "shares": XL_CHART_TYPE.COLUMN_STACKED_100,
    "waterfall": XL_CHART_TYPE.BAR_STACKED,
}
LONGEST_NAME = 40
MOST_TICKS = 12
BAR = 0.029
"""Inches of a bar for each point of the text beside it."""
ROOM = 0.16
"""Of the range of values: what a number beside a bar takes."""


def chart_data(plot: Plot) -> CategoryChartData:
    """Return the numbers of a plot as a chart takes them."""
    data = CategoryChartData(number_format=plot.code)
    data.categories = [shorten(name, LONGEST_NAME) for name in plot.categories]
    for series in plot.stacked if plot.kind == "waterfall" else plot.series:
        data.add_series(series.name, series.values)
    return data


def chart_files(plot: Plot, palette: Palette, typeface: str, height: float) -> tuple[str, bytes]:
    """Return a chart as XML, and the workbook with its numbers."""
    data = chart_data(plot)
    space = parse_xml(ChartXmlWriter(TYPES[plot.kind], data).xml.encode())
    dress(Chart(space, None), plot, palette, typeface, height, size=9)
    _without_frame(space)
    return serialize_for_reading(space), data._workbook_writer.xlsx_blob


def _without_frame(space: Any) -> None:
    """Take away the line around a chart, which stands in a text here."""
    properties = parse_xml(
        '<c:spPr xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ln><a:noFill/></a:ln></c:spPr>'
    )
    space.find(qn("c:chart")).addnext(properties)


def dress(chart: Any, plot: Plot, palette: Palette, typeface: str, height: float, *, size: int = 12) -> None:
    """Give a chart the report's colours, bars from zero, and numbers at the bars instead of a grid.

    Args:
        chart: The chart of the office library.
        plot: What it draws.
        palette: The colours.
        typeface: The name of the font of its texts.
        height: In inches: few bars are not to be thick ones.
        size: Of its texts, in points.
    """
    chart.font.size, chart.font.color.rgb, chart.font.name = Pt(size), rgb(palette.muted), typeface
    chart.has_title = False
    chart.has_legend = len(plot.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.RIGHT, False
    values, names = chart.value_axis, chart.category_axis
    values.has_major_gridlines = plot.kind == "line"
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = plot.axis_code, False
    names.format.line.color.rgb = rgb(palette.line)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if plot.kind in ("bars", "waterfall"):
        _dress_bars(chart, plot, palette, height, size)
        return
    _thin_out(names, len(plot.categories))
    colours = map(rgb, plot.series_colours(palette))
    for series, colour, told in zip(chart.plots[0].series, colours, plot.series, strict=True):
        if plot.kind == "line":
            series.smooth, series.format.line.color.rgb = False, colour
            series.format.line.width = Pt(1.25 if told.dashed else 2.25)
            series.format.line.dash_style = MSO_LINE.DASH if told.dashed else MSO_LINE.SOLID
            continue
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
    if plot.kind == "line":
        values.major_gridlines.format.line.color.rgb = rgb(palette.line)
        if plot.is_whole:
            values.maximum_scale = 1
        return
    chart.plots[0].gap_width = 45


def _dress_bars(chart: Any, plot: Plot, palette: Palette, height: float, size: int) -> None:
    """Give bars from top to bottom their colours, and the numbers beside them."""
    values, names, bars = chart.value_axis, chart.category_axis, chart.plots[0]
    names.reverse_order = True
    values.visible = False
    slot = height / max(1, len(plot.categories))
    bars.gap_width = min(500, max(45, round(100 * slot / (BAR * size)) - 100))
    low, high = min(0.0, plot.range[0]), max(0.0, plot.range[1])
    values.minimum_scale = low - ROOM * (high - low) if low < 0 else 0
    if low < 0 or plot.kind == "waterfall":
        values.maximum_scale = high + (ROOM * (high - low) if high else 0)
    drawn = list(chart.series)
    if plot.kind == "waterfall":
        bars.overlap = 100
        hidden, *drawn, end = drawn
        for series in (hidden, end):
            series.format.fill.background()
        _label(end, plot.labels, palette, size)
    elif plot.spans:
        _reach(drawn[0], plot, palette)
    else:
        bars.has_data_labels = True
        bars.data_labels.number_format, bars.data_labels.number_format_is_linked = plot.code, False
        bars.data_labels.font.size, bars.data_labels.font.color.rgb = Pt(size), rgb(palette.ink)
    for series in drawn:
        series.invert_if_negative = False
        for place, colour in enumerate(plot.bar_colours(palette)):
            if colour != palette.accent or plot.kind == "waterfall":
                point = series.points[place]
                point.format.fill.solid()
                point.format.fill.fore_color.rgb = rgb(colour)
            else:
                series.format.fill.solid()
                series.format.fill.fore_color.rgb = rgb(colour)


def _label(series: Any, labels: Sequence[str], palette: Palette, size: int) -> None:
    """Write a text at the beginning of each bar of a series."""
    for place, text in enumerate(labels):
        label = series.points[place].data_label
        label.position = XL_LABEL_POSITION.INSIDE_BASE
        run = label.text_frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.color.rgb = text, Pt(size), rgb(palette.ink)


def _reach(series: Any, plot: Plot, palette: Palette) -> None:
    """Draw the interval around each bar's end."""
    sides = {
        side: "".join(
            f'<c:pt idx="{place}"><c:v>{abs(ends[end] - (value or 0.0))!r}</c:v></c:pt>'
            for place, (ends, value) in enumerate(zip(plot.spans, plot.series[0].values, strict=True))
        )
        for end, side in enumerate(("minus", "plus"))
    }
    count = f'<c:ptCount val="{len(plot.spans)}"/>'
    ends = "".join(
        f"<c:{side}><c:numLit><c:formatCode>General</c:formatCode>{count}{sides[side]}</c:numLit></c:{side}>"
        for side in ("plus", "minus")
    )
    series._element.find(qn("c:cat")).addprevious(
        parse_xml(
            f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/>'
            f'<c:noEndCap val="0"/>{ends}<c:spPr><a:ln w="19050"><a:solidFill>'
            f'<a:srgbClr val="{palette.ink[1:].upper()}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
        )
    )


def _thin_out(names: Any, count: int) -> None:
    """Leave out names of periods where all of them would stand in each other's way."""
    if count > MOST_TICKS:
        skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{math.ceil(count / MOST_TICKS)}"/>')
        names._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def spark(chart: Any, palette: Palette) -> None:
    """Turn a line into one without axes or text, for a key figure."""
    chart.has_title = chart.has_legend = False
    for axis in (chart.value_axis, chart.category_axis):
        axis.visible = axis.has_major_gridlines = False
    line = chart.plots[0].series[0]
    line.smooth, line.format.line.width, line.format.line.color.rgb = False, Pt(1.5), rgb(palette.muted)


def rgb(colour: str) -> RGBColor:
    """Return a colour such as "#1d5c63"."""
    return RGBColor.from_string(colour.removeprefix("#").upper())
