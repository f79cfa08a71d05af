from datetime import date

import polars as pl
import pytest

from generators.builtin.report import table as table_module
from generators.builtin.report.table import read_table, typed
from generators.errors import BadData


def column(*texts: str | None):
    return typed(pl.Series("c", list(texts), dtype=pl.String), "c0")


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-3.5", -3.5), ("1,234,567.8", 1234567.8), ("$ 12.00", 12), ("12 €", 12), ("3.5%", 0.035),
     ("−4", -4), ("2e3", 2000), (".5", 0.5), ("+7", 7)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: float):
    assert column(text, text).values.to_list() == [number, number]


@pytest.mark.parametrize("text", ["1_000", "12,34.5,6", "١٢", "0x10", "1.2.3", "--5", "1e999", "12 apples"])
def test_what_only_looks_like_a_number_is_text(text: str):
    assert column(text, text).kind == "text"


@pytest.mark.parametrize("text", ["", " ", "NaN", "inf", "N/A", "null", "-"])
def test_missing_values_are_missing(text: str):
    read = column("1", text, "3")
    assert (read.kind, read.values.to_list(), read.unread) == ("number", [1, None, 3], 0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/03/04",
        "04.03.2026",
        "2026年3月4日",
        "4 Mar 2026",
        "Mar 4 2026",
        "2026-03-04T10:30:00Z",
    ],
)
def test_dates_are_read_in_each_common_format(text: str):
    assert column(text, text).values.to_list() == [date(2026, 3, 4)] * 2


def test_months_are_read_as_their_first_day():
    assert column("2026-03", "2026-04").values.to_list() == [date(2026, 3, 1), date(2026, 4, 1)]


def test_slashed_dates_are_read_where_one_order_alone_is_possible():
    assert column("01/02/2026", "28/02/2026").values.to_list() == [date(2026, 2, 1), date(2026, 2, 28)]


def test_slashed_dates_that_fit_both_orders_are_not_guessed():
    read = column("01/02/2026", "03/04/2026")
    assert (read.kind, read.ambiguous) == ("text", True)


def test_a_few_wrong_values_count_as_missing_and_are_counted():
    read = column(*["1"] * 39, "oops")
    assert (read.kind, read.unread, read.values.null_count()) == ("number", 1, 1)


def test_a_column_of_one_currency_keeps_its_sign():
    assert column("$1", "$2,000").unit == "$"
    assert column("$1", "€2").unit == ""


def test_numbers_too_large_to_add_up_are_missing():
    assert column(*["1"] * 39, "1e300").values.max() == 1


def test_all_splits_and_late_columns_are_read(make_table, monkeypatch):
    monkeypatch.setattr(table_module, "CHUNK", 3)
    rows = [{"n": i, **({"late": "x"} if i > 3 else {})} for i in range(8)]
    seen: list[int] = []
    columns = read_table(make_table(rows), seen.append)
    assert columns["n"].values.to_list() == list(range(8))
    assert columns["late"].values.to_list() == [None] * 4 + ["x"] * 4
    assert seen == [3, 6, 8]


def test_a_table_without_rows_is_refused(make_table):
    with pytest.raises(BadData, match="has no rows"):
        read_table(make_table([]), lambda rows: None)


def test_pictures_are_refused(make_table):
    with pytest.raises(BadData, match="needs a table"):
        read_table(make_table([{"a": 1}], kind="image"), lambda rows: None)
