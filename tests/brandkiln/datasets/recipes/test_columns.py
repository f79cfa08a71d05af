"""Cells and columns: missing values, names and types."""

from typing import Any

import pytest

from tests.brandkiln.datasets.recipes.versions import derive, make_version, names, values

pytestmark = pytest.mark.django_db
COLUMNS = "name:text price:decimal stock:whole"


def table(*rows: tuple[Any, Any, Any]) -> Any:
    fields = [dict(zip(("name", "price", "stock"), row, strict=True)) for row in rows]
    return make_version("table", [{"fields": one} for one in fields], columns=COLUMNS)


def test_rows_with_an_empty_cell_are_dropped() -> None:
    parent = table(("a", 1.0, 1), ("b", None, 2), ("", 3.0, None), (None, None, None))
    assert names(derive(parent, "drop_missing")) == ["row 1"]
    assert names(derive(parent, {"step": "drop_missing", "columns": ["price"]})) == ["row 1", "row 3"]
    assert names(derive(parent, {"step": "drop_missing", "when": "all"})) == ["row 1", "row 2", "row 3"]


@pytest.mark.parametrize(
    ("column", "by", "value", "filled"),
    [
        ("price", "constant", "9.5", 9.5),
        ("price", "mean", "", 3.0),
        ("price", "median", "", 2.0),
        ("price", "most_common", "", 2.0),
        ("price", "previous", "", 5.0),
        ("stock", "mean", "", 3),
        ("stock", "constant", "7", 7),
        ("name", "constant", "none", "none"),
        ("name", "most_common", "", "b"),
    ],
)
def test_an_empty_cell_is_filled(column: str, by: str, value: str, filled: Any) -> None:
    parent = table(("a", 2.0, 1), ("b", 2.0, 4), ("b", 5.0, 4), (None, None, None))
    version = derive(parent, {"step": "fill_missing", "column": column, "by": by, "value": value})
    assert values(version, column)[3] == filled
    assert type(values(version, column)[3]) is type(filled)
    assert version.recipe[0]["counts"]["changed"] == 1


def test_cells_above_the_first_value_stay_empty() -> None:
    version = derive(
        table((None, None, 1), ("b", 2.0, 4)), {"step": "fill_missing", "column": "price", "by": "previous"}
    )
    assert values(version, "price") == [None, 2.0]


def test_a_column_without_a_value_cannot_be_averaged() -> None:
    version = derive(table(("a", None, 1)), {"step": "fill_missing", "column": "price", "by": "mean"})
    assert values(version, "price") == [None]


def test_a_column_is_renamed_where_it_stands() -> None:
    version = derive(table(("a", 1.0, 1)), {"step": "rename_column", "column": "price", "to": "cost"})
    assert version.columns[1] == {"name": "cost", "type": "decimal"}
    assert version.records.get().fields == {"name": "a", "cost": 1.0, "stock": 1}
    assert version.report["columns"][1]["name"] == "cost"


def test_columns_are_dropped_and_rows_that_become_equal_are_duplicates() -> None:
    parent = table(("a", 1.0, 1), ("a", 2.0, 1))
    version = derive(parent, {"step": "drop_columns", "columns": ["price"]}, "drop_duplicates")
    assert [column["name"] for column in version.columns] == ["name", "stock"]
    assert names(version) == ["row 1"]


@pytest.mark.parametrize(
    ("column", "to", "read"),
    [
        ("price", "whole", [1, None, None]),
        ("price", "text", ["1.0", "2.5", None]),
        ("stock", "decimal", [1.0, 0.0, None]),
        ("stock", "flag", [True, False, None]),
        ("name", "date", ["2024-05-31", None, None]),
    ],
)
def test_a_type_is_changed_and_misfits_are_emptied_and_counted(column: str, to: str, read: list[Any]) -> None:
    parent = table(("31.5.2024", 1.0, 1), ("soon", 2.5, 0), (None, None, None))
    version = derive(parent, {"step": "change_type", "column": column, "to": to})
    assert values(version, column) == read
    assert next(one["type"] for one in version.columns if one["name"] == column) == to
    misfits = sum(one is None for one in read) - 1
    assert version.recipe[0]["counts"].get("misfits", 0) == misfits


def test_texts_become_numbers_in_the_style_that_is_said() -> None:
    parent = table(("1.234,56", 1.0, 1), ("19,90", 2.5, 0))
    step = {"step": "change_type", "column": "name", "to": "decimal", "numbers": "comma"}
    assert values(derive(parent, step), "name") == [1234.56, 19.9]
    assert values(derive(parent, step | {"column": "price"}), "price") == [1.0, 2.5]


def test_a_number_that_only_changes_its_type_is_a_change() -> None:
    version = derive(table(("a", 1.0, 1)), {"step": "change_type", "column": "price", "to": "whole"})
    assert [type(value) for value in values(version, "price")] == [int]
    assert version.recipe[0]["counts"]["changed"] == 1


def test_records_with_misfits_are_dropped_where_asked() -> None:
    parent = table(("12", 1.0, 1), ("dozen", 1.0, 1))
    assert names(
        derive(parent, {"step": "change_type", "column": "name", "to": "whole", "misfits": "drop"})
    ) == ["row 1"]
