"""How tables of other countries are read: decimal commas, currencies, days and months, time zones, fiscal years."""

from datetime import date

import polars as pl
import pytest

from generators.builtin.report.cells import cell_number
from generators.builtin.report.formats import Formats
from generators.builtin.report.readings import Reading, numbers
from generators.builtin.report.table import TableColumn, by_currency, typed
from generators.builtin.report.timeline import start_of
from generators.errors import BadParams


def read(*texts: str, **reading: str) -> TableColumn:
    return typed(pl.Series("revenue", texts), "c0", Reading(**reading))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("1.234,50", "12,5"), [1234.5, 12.5]),
        (("1.234", "2.500"), [1.234, 2.5]),  # nothing tells: a point stands before decimals
        (("1,234", "2,500"), [1234, 2500]),
        (("1 234,56", "7,10"), [1234.56, 7.1]),
        (("1'234.50", "3"), [1234.5, 3]),
        (("€ 12,50", "3 €"), [12.5, 3]),
        (("-$5", "−3"), [-5, -3]),
        (("3,5%", "4%"), [0.035, 0.04]),
    ],
)
def test_decimal_commas_are_told_by_the_column(texts, values):
    assert read(*texts).values.to_list() == pytest.approx(values)


@pytest.mark.parametrize("comma", [False, True])
def test_a_cell_is_read_alone_as_it_is_in_its_column(comma: bool):
    texts = ["1.234,50", "1,234.5", "12", "-$5", "− 3", "3.5%", "€ 12,50", "3 €", "1e3", "1 234", "1'234", "abc", "²",
             "٣", "1.", "", "1e400", "2e15", "5 元", "usd 7", "1,23,4"]  # fmt: skip
    column = numbers(pl.Series(texts), Reading("comma" if comma else "point"))
    assert [cell_number(text, comma=comma) for text in texts] == column.to_list()


def test_plain_numbers_take_the_quick_way_to_the_same_values():
    texts = pl.Series(["1", "-2.50", None, "0.1"])
    assert (
        numbers(texts, Reading()).to_list()
        == numbers(texts, Reading("point")).to_list()
        == [1, -2.5, None, 0.1]
    )
    assert numbers(pl.Series(["1", "2e15"]), Reading()).to_list() == [1, None]


def test_params_tell_what_the_column_does_not():
    assert read("1.234", "2", decimal="comma").values.to_list() == [1234, 2]
    assert read("01/02/2026", "03/04/2026").ambiguous
    assert read("01/02/2026", dates="day_first").values.to_list() == [date(2026, 2, 1)]


def test_a_moment_falls_into_the_day_of_the_time_zone():
    moments = ("2026-01-31T23:30:00Z", "2026-02-01T00:10:00-0500", "2026-02-03")
    assert read(*moments).values.to_list()[0] == date(2026, 1, 31)
    found = read(*moments, time_zone="Asia/Shanghai").values.to_list()
    assert found == [date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 3)]
    with pytest.raises(BadParams, match="'Mars' is no time zone"):
        read("2026-01-31T23:30:00Z", time_zone="Mars")


@pytest.mark.parametrize(
    "table",
    [{"revenue": ["12 EUR", "$3", "€5"]}, {"revenue": ["12", "3", "5"], "currency": ["EUR", "USD", "eur"]}],
)
def test_amounts_of_several_currencies_are_never_added_up(table):
    texts = pl.DataFrame(table)
    columns = by_currency({name: typed(texts[name], name) for name in texts.columns}, texts)
    assert columns["revenue ($)"].values.to_list() == [None, 3, None]
    assert columns["revenue (€)"].values.to_list() == [12, None, 5]
    assert columns["revenue (€)"].unit == "€"
    assert "revenue" not in columns


def test_one_currency_beside_the_amounts_is_their_unit():
    texts = pl.DataFrame({"price": ["12", "3"], "units": ["1", "2"], "币种": ["CNY", "CNY"]})
    columns = by_currency({name: typed(texts[name], name) for name in texts.columns}, texts)
    assert [column.unit for column in columns.values()] == ["¥", "", ""]


def test_a_fiscal_year_begins_in_its_month():
    days = pl.DataFrame({"day": [date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1)]})
    years = days.select(start_of(pl.col("day"), "year", 4)).to_series().to_list()
    assert years == [date(2025, 4, 1), date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)]
    quarters = days.select(start_of(pl.col("day"), "quarter", 2)).to_series().to_list()
    assert quarters == [date(2026, 2, 1), date(2026, 2, 1), date(2026, 11, 1), date(2026, 11, 1)]
    formats = Formats("en", 4)
    assert formats.period(date(2026, 4, 1), "year") == "FY2027"
    assert formats.period(date(2027, 1, 1), "quarter") == "Q4 FY2027"
    assert Formats("zh", 4).period(date(2026, 4, 1), "quarter") == "2027财年第1季度"


def test_weeks_begin_on_monday():
    days = pl.DataFrame(
        {"day": [date(2027, 1, 3), date(2027, 1, 4)]}
    )  # the end of ISO week 53 and the next day
    assert days.select(start_of(pl.col("day"), "week")).to_series().to_list() == [
        date(2026, 12, 28),
        date(2027, 1, 4),
    ]
