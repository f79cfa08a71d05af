"""What a cell may be taken for, strictly."""

import pytest
from brandkiln.datasets.checks.columns import TypeFinder
from brandkiln.datasets.checks.values import Value, decimal, flag, iso_date, month_named, whole


def found(*cells: Value) -> tuple[str, list[Value]]:
    finder = TypeFinder()
    for row, cell in enumerate(cells, start=2):
        finder.see(cell, f"row {row}")
    kind = finder.found()
    return kind.type, [kind.read(cell) for cell in cells]


@pytest.mark.parametrize("text", ["1_000", "١٢", "+1", "007", "1.0", "NaN", "", " 1", "0x10", "１", "1" * 19])
def test_what_is_no_whole_number(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "-Infinity", "1_0.5", "١.٥", "1e999", "1,5", "1.", "--1", "1.5.2"]
)
def test_what_is_no_decimal(text: str) -> None:
    assert decimal(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0.0), ("-1.5", -1.5), (".5", 0.5), ("1e3", 1000.0), ("2E-2", 0.02)]
)
def test_what_is_a_decimal(text: str, number: float) -> None:
    assert decimal(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "10000-01-01",
        "0000-01-01",
        "0999-12-31",
        "2024-02-30",
        "2024-13-01",
        "infinity",
        "20240131",
        "2024-W01-1",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert iso_date(text) is None


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (("1", "2", ""), "whole", [1, 2, None]),
        (("1", "2.5", "NaN"), "decimal", [1.0, 2.5, None]),
        (("yes", "No"), "flag", [True, False]),
        (("2024-01-31", "2024-02-01"), "date", ["2024-01-31", "2024-02-01"]),
        (("2024-01-31T10:00:00Z",), "date", ["2024-01-31T10:00:00+00:00"]),
        (("2024-05", "2024-06"), "date", ["2024-05-01", "2024-06-01"]),
        (("31.1.2024", "1.2.2024"), "date", ["2024-01-31", "2024-02-01"]),
        (("1/31/2024", "2/1/2024"), "date", ["2024-01-31", "2024-02-01"]),
        (("2024/1/31",), "date", ["2024-01-31"]),
        (("2010/01/01 00:00", "2010/01/01 13:30"), "date", ["2010-01-01T00:00:00", "2010-01-01T13:30:00"]),
        (("2010/01/01 25:00",), "text", ["2010/01/01 25:00"]),
        (("Jan 1 2000", "Feb 1 2000"), "date", ["2000-01-01", "2000-02-01"]),
        (("3 March 2001",), "date", ["2001-03-03"]),
        (("007", "12"), "text", ["007", "12"]),
        (("NA", "shoe", ""), "text", ["NA", "shoe", None]),
        (("", ""), "text", [None, None]),
        ((1, 2.5, None), "decimal", [1.0, 2.5, None]),
        ((True, None), "flag", [True, None]),
        ((1, "x"), "text", ["1", "x"]),
    ],
)
def test_a_column_has_the_narrowest_type_that_fits_every_value(
    cells: tuple[Value, ...], kind: str, values: list[Value]
) -> None:
    assert found(*cells) == (kind, values)


def test_dates_that_read_both_ways_stay_text_with_a_hint() -> None:
    finder = TypeFinder()
    finder.see("1/2/2024", "row 2")
    assert (finder.found().type, "day/month" in finder.found().hint) == ("text", True)


def test_a_column_that_is_nearly_numbers_says_which_rows_are_not() -> None:
    finder = TypeFinder()
    for row in range(2, 102):
        finder.see("n/k" if row == 50 else str(row), f"row {row}")
    assert finder.found().hint == "It is text because 1 of 100 values do not read as whole (row 50)."


def test_names_of_months_are_not_guessed() -> None:
    assert month_named("Max 1 2000") is None
    assert flag("maybe") is None
