"""The figures of a report as an XLSX workbook: numbers as numbers, a sheet and a chart for each figure."""

from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs

from generators.builtin.report.colours import Palette
from generators.builtin.report.document import Document
from generators.builtin.report.office import MOMENT, settled
from generators.builtin.report.part import Figure
from generators.builtin.report.plots import Plot

TYPES = {
    "line": {"type": "line"},
    "bars": {"type": "bar"},
    "shares": {"type": "column", "subtype": "percent_stacked"},
    "waterfall": {"type": "bar", "subtype": "stacked"},
}
FIRST = 3
"""The row of the headings, below the title and the source."""
AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Names of the data are texts, whatever they begin with."""


def workbook(document: Document, palette: Palette) -> bytes:
    """Return the workbook: an overview, the figures, the ranking, and where each number comes from."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, AS_TEXT) as book:
        book.set_properties({"title": document.title, "author": "Brandkiln", "created": MOMENT})
        _Sheets(book, document, palette).write()
    return settled(target.getvalue())


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, document: Document, palette: Palette) -> None:
        self._book, self._document, self._palette = book, document, palette
        self._title = book.add_format({"bold": True, "font_size": 16, "font_color": palette.accent})
        self._head = book.add_format({"bold": True, "bottom": 1, "bottom_color": palette.muted})
        self._quiet = book.add_format({"font_color": palette.muted})
        self._numbers: dict[str, Format] = {}

    def write(self) -> None:
        self._overview()
        for figure in self._document.figures:
            self._figure(figure)
        for table in self._document.tables:
            sheet = self._table(table.title, table.head, table.rows, table.query)
            for place, row in enumerate(table.values, start=FIRST + 1):
                for column, (value, code) in enumerate(zip(row, table.codes, strict=True), start=1):
                    if value is not None:
                        sheet.write_number(place, column, value, self._number(code))
        words, (head, rows) = self._document.words, self._document.appendix
        self._table(words["appendix"], head, rows, words["appendix_intro"])

    def _overview(self) -> None:
        document, sheet = self._document, self._sheet(self._document.words["key_figures"])
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 2, 18)
        sheet.write_string(0, 0, document.title, self._title)
        shown = [passage for passage in document.passages if passage.key_figures]
        headings = (document.subtitle, *dict.fromkeys(passage.key_heading for passage in shown))
        sheet.write_string(1, 0, " · ".join(headings), self._quiet)
        keys = [key for passage in shown for key in passage.key_figures]
        for place, key in enumerate(keys, start=3):
            sheet.write_string(place, 0, key.name)
            if key.value.value is not None:
                sheet.write_number(place, 1, key.value.value, self._number(key.code))
            sheet.write_string(place, 2, key.printed_change)
        sheet.write_string(len(keys) + 4, 0, document.label, self._quiet)

    def _figure(self, figure: Figure) -> None:
        plot, sheet = figure.plot, self._sheet(self._document.figure_name(figure))
        sheet.set_column(0, 0, 28)
        falls = plot.stacked if plot.kind == "waterfall" else ()
        columns = (*plot.series, *falls)
        sheet.set_column(1, len(columns), 16)
        sheet.write_string(0, 0, figure.title, self._title)
        sheet.write_string(1, 0, f"{self._document.source} · {figure.query}", self._quiet)
        sheet.write_string(FIRST, 0, figure.head[0], self._head)
        for column, series in enumerate(columns, start=1):
            sheet.write_string(FIRST, column, series.name if column <= len(plot.series) else "", self._head)
            for row, value in enumerate(series.values, start=FIRST + 1):
                if value is not None:
                    sheet.write_number(row, column, value, self._number(plot.code))
        for row, category in enumerate(plot.categories, start=FIRST + 1):
            sheet.write_string(row, 0, category)
        sheet.freeze_panes(FIRST + 1, 1)
        chart = self._chart(sheet.get_name(), plot)
        options = {"description": figure.alt, "object_position": 2}
        sheet.insert_chart(FIRST, len(columns) + 2, chart, options)

    def _chart(self, name: str, plot: Plot) -> Any:
        chart = self._book.add_chart(TYPES[plot.kind])
        if plot.kind == "waterfall":
            self._falls(chart, name, plot)
            return chart
        last = FIRST + len(plot.categories)
        labels = {"value": True, "num_format": plot.code}
        bars = [{"fill": {"color": colour}} for colour in plot.bar_colours(self._palette)]
        coloured = zip(plot.series, plot.series_colours(self._palette), strict=True)
        for column, (series, colour) in enumerate(coloured, start=1):
            look = {"line": {"color": colour}} if plot.kind == "line" else {"fill": {"color": colour}}
            chart.add_series({
                "name": series.name,
                "categories": f"='{name}'!{xl_range_abs(FIRST + 1, 0, last, 0)}",
                "values": f"='{name}'!{xl_range_abs(FIRST + 1, column, last, column)}",
                **look,
                **({"points": bars, "gap": 45, "data_labels": labels} if plot.kind == "bars" else {}),
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"none": len(plot.series) == 1, "position": "right"})
        values: dict[str, Any] = {"num_format": plot.axis_code, "major_gridlines": {"visible": False}}
        if plot.kind == "bars":  # whose axes are swapped here, as the library's own documentation says
            chart.set_x_axis(values | {"visible": False} | ({} if plot.has_losses else {"min": 0}))
            chart.set_y_axis({"reverse": True, "label_position": "low"})
        else:
            chart.set_x_axis({"label_position": "low"})  # below the lines, also where they are below nothing
            chart.set_y_axis(values)
        chart.set_size({"width": 760, "height": 400})
        return chart

    def _falls(self, chart: Any, name: str, plot: Plot) -> None:
        """Draw a waterfall as stacked bars, of which the first and the last are not seen."""
        last, drawn = FIRST + len(plot.categories), plot.stacked
        points = [{"fill": {"color": colour}} for colour in plot.bar_colours(self._palette)]
        for place, series in enumerate(drawn):
            column = 1 + len(plot.series) + place
            texts = {
                "value": True,
                "position": "inside_base",
                "custom": [{"value": one} for one in plot.labels],
            }
            seen = 0 < place < len(drawn) - 1
            chart.add_series({
                "name": series.name,
                "categories": f"='{name}'!{xl_range_abs(FIRST + 1, 0, last, 0)}",
                "values": f"='{name}'!{xl_range_abs(FIRST + 1, column, last, column)}",
                **({"points": points} if seen else {"fill": {"none": True}}),
                **({"data_labels": texts} if place == len(drawn) - 1 else {}),
                "gap": 45,
                "overlap": 100,
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"none": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
        chart.set_size({"width": 760, "height": 400})

    def _table(self, title: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], note: str) -> Any:
        sheet = self._sheet(title)
        for column, cells in enumerate(zip(head, *rows, strict=True)):
            sheet.set_column(column, column, min(80, 3 + max(map(len, cells))))
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, note, self._quiet)
        sheet.write_row(FIRST, 0, head, self._head)
        for place, row in enumerate(rows, start=FIRST + 1):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
        sheet.freeze_panes(FIRST + 1, 0)
        return sheet

    def _sheet(self, title: str) -> Any:
        """Return a new sheet; a name has 31 characters at most and none that names of sheets must not have."""
        bare = "".join(" " if c in "[]:*?/\\'" else c for c in title).strip()[:28] or "–"
        taken = {sheet.get_name().casefold() for sheet in self._book.worksheets()}
        name, number = bare, 2
        while name.casefold() in taken:
            name, number = f"{bare} {number}", number + 1
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _number(self, code: str) -> Format:
        if code not in self._numbers:
            self._numbers[code] = self._book.add_format({"num_format": code})
        return self._numbers[code]
