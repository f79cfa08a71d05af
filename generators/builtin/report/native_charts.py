"""Charts that Word and PowerPoint draw themselves, from the numbers in a workbook of their own."""

from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import serialize_for_reading
from pptx.util import Pt

from generators.builtin.report.colours import Palette
from generators.builtin.report.formats import shorten
from generators.builtin.report.plots import Plot

TYPES = {
    "line": XL_CHART_TYPE.LINE,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "shares": XL_CHART_TYPE.COLUMN_STACKED_100,
}
LONGEST_NAME = 40
BAR = 0.029
"""Inches of a bar for each point of the text beside it."""
ROOM = 0.16
"""Of the range of values: what a number beside a bar takes."""


def chart_data(plot: Plot) -> CategoryChartData:
    """Return the numbers of a plot as a chart takes them."""
    data = CategoryChartData(number_format=plot.code)
    data.categories = [shorten(name, LONGEST_NAME) for name in plot.categories]
    for series in plot.series:
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
    if plot.kind == "bars":
        names.reverse_order = True
        values.visible = False
        slot = height / max(1, len(plot.categories))
        chart.plots[0].gap_width = min(500, max(45, round(100 * slot / (BAR * size)) - 100))
        low, high = min(0.0, plot.range[0]), max(0.0, plot.range[1])
        values.minimum_scale = low - ROOM * (high - low) if plot.has_losses else 0
        if plot.has_losses:
            values.maximum_scale = high + (ROOM * (high - low) if high else 0)
        labels = chart.plots[0]
        labels.has_data_labels = True
        labels.data_labels.number_format, labels.data_labels.number_format_is_linked = plot.code, False
        labels.data_labels.font.size, labels.data_labels.font.color.rgb = Pt(size), rgb(palette.ink)
        chart.series[0].invert_if_negative = False
        for place, colour in enumerate(plot.bar_colours(palette)):
            if colour != palette.accent:
                point = chart.series[0].points[place]
                point.format.fill.solid()
                point.format.fill.fore_color.rgb = rgb(colour)


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
