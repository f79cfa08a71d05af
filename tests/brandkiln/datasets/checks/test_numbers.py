"""Numbers with a decimal comma or marks between thousands: told by the column, then by the file, then by a person."""

import io

import polars
import pytest
import xlsxwriter
from brandkiln.datasets.checks.columns import ColumnType, TypeFinder, find_types
from brandkiln.datasets.checks.numbers import Style
from brandkiln.datasets.checks.values import Value
from hypothesis import given
from hypothesis import strategies as st

from generators.builtin.report.readings import Reading, numbers
from tests.brandkiln.datasets.readers.reading import read


def finder_of(cells: list[Value], said: Style | None = None) -> TypeFinder:
    finder = TypeFinder(said)
    finder.see_all(cells, [f"row {number}" for number in range(2, len(cells) + 2)])
    return finder


def found(cells: list[Value], said: Style | None = None) -> ColumnType:
    return finder_of(cells, said).found()


@pytest.mark.parametrize(
    ("cells", "kind", "style", "values"),
    [
        (["19,90", "5,00"], "decimal", "comma", [19.9, 5.0]),
        (["1.234,56", "5", "-3", "n/a"], "decimal", "comma", [1234.56, 5.0, -3.0, None]),
        (["1.234.567", "12"], "whole", "comma", [1234567, 12]),
        (["1,234.56", "5", ""], "decimal", "point", [1234.56, 5.0, None]),
        (["1,234,567", "12"], "whole", "point", [1234567, 12]),
        (["1 234,50", "999,00"], "decimal", "comma", [1234.5, 999.0]),
        (["1\u202f234,5", "1\u00a0234"], "decimal", "comma", [1234.5, 1234.0]),
        (["1'234.50", "9.00"], "decimal", "point", [1234.5, 9.0]),
        ([1.5, "19,90", 3, None], "decimal", "comma", [1.5, 19.9, 3.0, None]),
        (["2,5e3", ",5"], "decimal", "comma", [2500.0, 0.5]),
    ],
)
def test_a_column_tells_how_its_numbers_are_written(
    cells: list[Value], kind: str, style: Style, values: list[Value]
) -> None:
    column = found(cells)
    assert (column.type, column.style, column.read_all(cells)) == (kind, style, values)
    assert [column.read(cell) for cell in cells] == values


@pytest.mark.parametrize(
    "cells",
    [
        ["12 345", "12 346"],
        ["1,23,456", "4"],
        ["1.234,56", "1,234.56"],
        ["007,5", "1,5"],
        ["1,5", "shoe"],
        ["1,,5", "1,5"],
        ["1.2.2024,5", "1,5"],
        ["1,2,3", "1,5"],
    ],
)
def test_codes_and_mixtures_stay_text(cells: list[Value]) -> None:
    assert found(cells).type == "text"


def test_a_comma_that_may_mean_both_stays_text_until_the_file_or_a_person_tells() -> None:
    cells: list[Value] = ["1,234", "2,500"]
    column = found(cells)
    assert (column.type, "say how numbers are written" in column.hint) == ("text", True)
    assert found(cells, "comma").read_all(cells) == [1.234, 2.5]
    assert found(cells, "point").read_all(cells) == [1234, 2500]
    other = finder_of(["19,90"])
    assert find_types({"a": finder_of(cells), "b": other})[0]["a"].read_all(cells) == [1.234, 2.5]
    assert find_types({"a": finder_of(cells)}, delimiter=";")[0]["a"].read_all(cells) == [1.234, 2.5]
    assert find_types({"a": finder_of(cells)}, delimiter=",")[0]["a"].read_all(cells) == [1234, 2500]


def test_points_are_thousands_only_beside_columns_with_decimal_commas() -> None:
    cells: list[Value] = ["1.234", "2.500"]
    assert found(cells).read_all(cells) == [1.234, 2.5]
    beside, style = find_types({"a": finder_of(cells), "b": finder_of(["9,90"])})
    assert (beside["a"].read_all(cells), style) == ([1234, 2500], "comma")
    mixed, style = find_types({"a": finder_of(cells), "b": finder_of(["9,90"]), "c": finder_of(["9.90"])})
    assert (mixed["a"].read_all(cells), mixed["b"].style, mixed["c"].type) == (
        [1.234, 2.5],
        "comma",
        "decimal",
    )


def test_what_a_person_says_is_obeyed() -> None:
    assert found(["1.5", "2.25"], "comma").type == "text"
    assert found(["19,90"], "point").type == "text"
    assert found(["7", "12"], "comma").type == "whole"


def test_a_column_that_is_nearly_numbers_with_commas_names_the_rows() -> None:
    column = found([*["1,5"] * 30, "n/k"])
    assert column.hint == "It is text because 1 of 31 values do not read as decimal (row 32)."


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.sampled_from(["point", "comma"]))
def test_numbers_are_read_as_reports_read_them(whole: list[int], style: Style) -> None:
    written = [f"{one / 100:,.2f}" for one in whole]
    if style == "comma":
        written = [one.translate(str.maketrans(",.", ".,")) for one in written]
    cells: list[Value] = [*written]
    expected = [one / 100 for one in whole]
    assert found(cells).read_all(cells) == expected
    assert numbers(polars.Series(written), Reading(decimal=style)).to_list() == pytest.approx(expected)


def test_a_table_of_a_german_spreadsheet_has_numbers() -> None:
    csv = "Artikel;Preis;Menge\nSchuh;1.234,56;1.200\nTasche;19,90;3\n".encode("cp1252")
    seen = read(csv, "a.csv", "table").seen
    assert [(one["type"], one.get("numbers")) for one in seen["columns"]] == [
        ("text", None),
        ("decimal", "comma"),
        ("whole", "comma"),
    ]
    assert (seen["numbers"], seen["columns"][1]["max"], seen["columns"][2]["max"]) == ("comma", 1234.56, 1200)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("name", "price"), ("Schuh", "19,90"), ("Tasche", 5.5)]):
            sheet.write_row(row, 0, cells)
    price = read(target.getvalue(), "a.xlsx", "table").seen["columns"][1]
    assert (price["type"], price["min"], price["max"]) == ("decimal", 5.5, 19.9)


def test_commas_inside_of_numbers_do_not_separate_cells() -> None:
    seen = read(b"1,5;2,5;3,5\n2,25;7,0;8,0\n", "a.csv", "table").seen
    assert (seen["delimiter"], [one["type"] for one in seen["columns"]]) == (";", ["decimal"] * 3)
    assert read(b"1,2,3\n4,5,6\n", "a.csv", "table").seen["delimiter"] == ","
