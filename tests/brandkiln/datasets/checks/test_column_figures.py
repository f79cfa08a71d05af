"""Figures of columns: spreads, categories, constants, and where values stand that do not fit."""

import json
import math
from typing import Any

import pytest
from brandkiln.datasets.checks.column_figures import BINS, ColumnFigures, Spread
from brandkiln.datasets.checks.columns import TypeFinder
from brandkiln.datasets.checks.values import Value
from hypothesis import given
from hypothesis import strategies as st

from tests.brandkiln.datasets.readers.reading import table

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def summary(cells: list[Value]) -> dict[str, Any]:
    finder = TypeFinder()
    finder.see_all(cells, [f"row {row}" for row in range(2, len(cells) + 2)])
    kind = finder.found()
    figures = ColumnFigures("a", kind)
    figures.see_all(kind.read_all(cells))
    return figures.summary()


def test_numbers_are_counted_in_twenty_bars_between_their_ends() -> None:
    found = summary([str(number) for number in range(0, 101)])
    assert (found["type"], found["min"], found["max"]) == ("whole", 0, 100)
    bars = found["histogram"]
    assert len(bars) == BINS
    assert (bars[0][0], bars[-1][1]) == (0, 100)
    assert sum(count for *_, count in bars) == 101
    assert all(4 <= count <= 7 for *_, count in bars)


def test_few_whole_numbers_have_a_bar_each() -> None:
    assert [count for *_, count in summary(["6", "7", "8", "8"])["histogram"]] == [1, 1, 2]


def test_texts_are_counted_by_length_and_by_category() -> None:
    found = summary(["shoe", "shoe", "bag", ""])
    assert (found["min"], found["max"], found["missing"]) == (3, 4, 1)
    assert found["top"] == [["shoe", 2], ["bag", 1]]
    assert found["categories"] == 2
    assert sum(count for *_, count in found["histogram"]) == 3


def test_a_column_of_many_different_texts_has_no_categories() -> None:
    assert "top" not in summary([f"name {number}" for number in range(201)])
    assert "top" not in summary(["x" * 81, "y"])


def test_constant_and_missing_columns_are_said() -> None:
    assert summary(["7", "7", ""])["constant"]
    assert not summary(["7", "8"])["constant"]
    empty = summary(["", "", ""])
    assert (empty["missing"], empty["constant"], "histogram" in empty) == (3, False, False)
    assert summary(["5", "5"])["histogram"] == [[5, 5, 2]]


def test_up_to_twenty_values_that_do_not_read_are_listed_with_their_rows() -> None:
    cells: list[Value] = [str(number) for number in range(300)]
    cells[10] = cells[20] = "n/k"
    found = summary(cells)
    assert (found["type"], found["likely_type"], found["misfits"]) == ("text", "whole", ["row 12", "row 22"])
    reading = table("day\n" + "2024-01-31\n" * 300 + "10000-01-01\n31.31.2024\n")
    assert reading.seen["columns"][0]["misfits"] == ["row 302", "row 303"]
    assert reading.seen["columns"][0]["likely_type"] == "date"


def test_too_many_misfits_make_a_column_of_text_without_rows() -> None:
    cells: list[Value] = ["x" if number % 10 == 0 else str(number) for number in range(300)]
    assert "misfits" not in summary(cells)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_numbers_are_counted_once_each_in_finite_bars(batches: list[list[float]]) -> None:
    spread = Spread()
    for batch in batches:
        spread.see_all(batch)
    numbers = [number for batch in batches for number in batch]
    bars = spread.bars(min(numbers), max(numbers))
    assert sum(count for *_, count in bars) == len(numbers)
    json.dumps(bars, allow_nan=False)
    assert all(start <= end for start, end, _ in bars)


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(-99, 99).map(str),
            st.sampled_from(["", "NA", " 7", "1.5", "x", "1e5", "2024-01-31"]),
            st.integers(-9, 9),
            st.booleans(),
            NUMBERS,
        ),
        min_size=1,
        max_size=30,
    )
)
def test_cells_read_together_are_those_read_one_by_one(cells: list[Value]) -> None:
    together, one_by_one = TypeFinder(), TypeFinder()
    places = [f"row {number}" for number in range(len(cells))]
    together.see_all(cells, places)
    for cell, place in zip(cells, places, strict=True):
        one_by_one.see(cell, place)
    kind, other = together.found(), one_by_one.found()
    assert (kind.type, kind.hint, kind.misfits) == (other.type, other.hint, other.misfits)
    expected = [other.read(cell) for cell in cells]
    assert kind.read_all(cells) == expected
    assert [type(value) for value in kind.read_all(cells)] == [type(value) for value in expected]


@pytest.mark.parametrize("number", [math.pi, 1e300, -1e-300, 0.0])
def test_one_number_alone_is_one_bar(number: float) -> None:
    spread = Spread()
    spread.see_all([number, number])
    assert spread.bars(number, number) == [[number, number, 2]]
