"""Columns of a table are drawn small."""

from brandkiln.dashboard.templatetags.columns import HIGH, column_bars, column_values
from django.template.loader import render_to_string


def test_the_highest_bar_fills_the_drawing() -> None:
    bars = column_bars({"histogram": [[0, 1, 2], [1, 2, 8], [2, 3, 0]]})
    assert [float(bar.height) for bar in bars] == [HIGH / 4, HIGH, 0]
    assert bars[1].title == "1 to 2: 8"


def test_one_bar_is_no_spread() -> None:
    assert column_bars({"histogram": [[5, 5, 9]]}) == []
    assert column_bars({}) == []


def test_the_most_frequent_values_are_named_with_their_counts() -> None:
    top = [["shoe", 9], ["bag", 5], ["hat", 2], ["sock", 1]]
    assert column_values({"top": top, "categories": 7}) == "shoe (9), bag (5), hat (2) and 4 more"
    assert column_values({"top": [["a", 1], ["b", 1]], "categories": 2}) == ""


def test_constant_and_empty_columns_are_said_and_all_misfits_can_be_seen() -> None:
    figures = {"type": "text", "missing": 0, "max": 3, "examples": ["<b>"]}
    columns = [
        {**figures, "name": "one", "min": 3, "constant": True},
        {**figures, "name": "none", "min": None, "constant": False},
        {**figures, "name": "near", "min": 1, "misfits": [f"row {number}" for number in range(6)]},
    ]
    page = render_to_string("datasets/_columns.html", {"report": {"columns": columns}})
    assert "always the same" in page
    assert ">empty<" in page
    assert "row 0, row 1, row 2, row 3, row 4, row 5" in page
    assert "<b>" not in page
