"""Charts say the value of the place under the pointer; the page that holds them carries one known script."""

import re
from dataclasses import replace

import pytest

from generators.builtin.report.charts import Bar, Point, bars, line, svg
from generators.builtin.report.charts_time import Band, Line, lines
from generators.builtin.report.colours import Palette, dark, light
from generators.builtin.report.hovering import tips, with_places
from generators.builtin.report.page import page
from generators.builtin.report.part import Figure
from generators.builtin.report.plots import Plot, Series
from generators.interactive import SCRIPT, SCRIPT_SOURCE
from tests.generators.report.test_office import document_of

ROWS = (("Jan", "1", "9 rows"), ("Feb <b>", "2", ""), ("Mar", "3", "7 rows"))


def figure(draw, rows=ROWS) -> Figure:
    plot = Plot("line", ("a", "b", "c"), (Series("x", (1.0, 2.0, 3.0)),), "0")
    return Figure(
        key="f", title="Sales", draw=draw, plot=plot, wide=True, head=("Month", "Sales", "Rows"), rows=rows, query="",
    )  # fmt: skip


def drawn_line(palette: Palette, width: int):
    return line([Point("Jan", 1.0), Point("Feb", 2.0), Point("Mar", 3.0)], palette, width, 200, str)


def drawn_bars(palette: Palette, width: int):
    return bars([Bar("Jan", 1.0, "1"), Bar("Feb", 2.0, "2"), Bar("Mar", 3.0, "3")], palette, width)


def drawn_band(palette: Palette, width: int):
    band = Band((0.5, 1.5, 2.5), (1.5, 2.5, 3.5))
    return lines((Line((1.0, 2.0, 3.0), "Sales"),), ("Jan", "Feb", "Mar"), palette, width, str, bands=(band,))


@pytest.mark.parametrize("draw", [drawn_line, drawn_bars, drawn_band])
def test_each_row_of_the_table_has_a_place_on_the_chart(draw) -> None:
    shown = figure(draw)
    drawn = svg(with_places(draw(light("#1d5c63"), 600), shown))
    assert re.findall('data-tip="([^"]*)"', drawn) == [
        "Jan: Sales 1, Rows 9 rows",
        "Feb &lt;b&gt;: Sales 2",
        "Mar: Sales 3, Rows 7 rows",
    ]
    assert "aria-label" not in drawn


def test_a_chart_whose_places_are_not_the_rows_stays_as_it_is() -> None:
    spec = drawn_line(light("#1d5c63"), 600)
    assert with_places(spec, figure(drawn_line, ROWS[:2])) is spec


def test_one_column_needs_no_title() -> None:
    shown = replace(figure(drawn_line, (("Jan", "1"), ("Feb", "2"))), head=("Month", "Sales"))
    assert tips(shown) == ["Jan: 1", "Feb: 2"]


def test_the_page_carries_the_one_script_and_allows_no_other(make_table, shop_rows) -> None:
    written = page(document_of(make_table(shop_rows)), light("#1d5c63"), dark("#1d5c63"))
    assert written.count("<script") == 1
    assert f"<script>{SCRIPT}</script>" in written
    assert f"script-src {SCRIPT_SOURCE};" in written
