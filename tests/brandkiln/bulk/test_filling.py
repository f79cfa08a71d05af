"""Variables, cells of every kind, and how they come into params."""

from typing import Any

import pytest
from brandkiln.bulk.filling import fill, names_in
from brandkiln.bulk.mapping import check_mapping, guess, values_of
from brandkiln.bulk.variables import Misfit, Variable
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("number", "1,299.50", 1299.5),
        ("number", "1.299,50 €", 1299.5),
        ("number", "$ 20", 20),
        ("number", "12,5", 12.5),
        ("number", 7.0, 7),
        ("date", "31.03.2026", "2026-03-31"),
        ("date", "2026/3/1", "2026-03-01"),
        ("yes_no", "Ja", True),
        ("yes_no", 0, False),
        ("list", "red; blue ;", ["red", "blue"]),
        ("list", "red, blue", ["red", "blue"]),
        ("text", 12.0, "12"),
        ("facts", {"name": "Boot"}, {"name": "Boot"}),
    ],
)
def test_a_cell_is_read_as_its_kind(kind: Any, cell: Any, value: Any) -> None:
    assert Variable(name="it", kind=kind).read(cell) == value


@pytest.mark.parametrize(
    ("more", "cell", "message"),
    [
        ({"kind": "number"}, "1_000", 'It is "1_000", which is no number.'),
        ({"kind": "number", "most": 5}, "6", "It is 6; at most 5 fits."),
        ({"kind": "date"}, "soon", 'It is "soon", which is no date. Write it like 2026-03-31.'),
        ({"kind": "yes_no"}, "maybe", 'It is "maybe"; it is yes or no.'),
        ({"kind": "choice", "choices": ("warm", "dry")}, "wet", 'It is "wet"; it is one of: warm, dry.'),
        ({"most": 3}, "four", "It has 4 characters; at most 3 fit."),
        ({}, "  ", "It is empty."),
    ],
)
def test_a_cell_that_does_not_fit_says_what_would(more: dict[str, Any], cell: str, message: str) -> None:
    with pytest.raises(Misfit) as misfit:
        Variable(name="it", **more).read(cell)
    assert str(misfit.value).replace("1_000", "1_000") == message


def test_a_default_stands_for_an_empty_cell_and_has_to_fit() -> None:
    assert Variable(name="n", kind="number", default="3").read("") == 3
    assert Variable(name="n", required=False).read(None) is None
    with pytest.raises(ValidationError, match="no number"):
        Variable(name="n", kind="number", default="three")


def test_texts_are_filled_once_and_nothing_in_a_cell_is_a_name() -> None:
    values = {"name": "{colour} {{name}}", "colour": "blue"}
    assert fill({"text": "A {name}, {colour}"}, values) == {"text": "A {colour} {{name}}, blue"}
    assert fill({"text": "{{name}} is {colour}"}, values) == {"text": "{name} is blue"}
    assert fill({"text": "{0.__class__} {name!r}"}, values) == {"text": "{0.__class__} {name!r}"}
    assert names_in({"a": "{x} {{y}}", "b": ["{z}"], "c": 3}) == {"x", "z"}


def test_a_line_of_empty_variables_is_left_out() -> None:
    text = "Name: {name}\nMaterial: {material}\nMade for you"
    assert fill({"text": text}, {"name": "Boot", "material": None}) == {"text": "Name: Boot\nMade for you"}


def test_a_variable_alone_keeps_its_type() -> None:
    params = {"count": "{n}", "label": "{label}", "terms": ["{terms}", "own"], "title": "{n}"}
    values = {"n": 3, "label": None, "terms": ["a", "b"]}
    assert fill(params, values, texts=("title",)) == {"count": 3, "terms": ["a", "b", "own"], "title": "3"}


def test_columns_are_guessed_by_name_synonym_and_type() -> None:
    variables = [
        Variable(name="product_name"),
        Variable(name="price", kind="number"),
        Variable(name="facts", kind="facts"),
    ]
    columns = [
        {"name": "SKU", "type": "text"}, {"name": "Title", "type": "text"}, {"name": "Price note", "type": "text"},
        {"name": "Price (EUR)", "type": "decimal"},
    ]  # fmt: skip
    assert guess(variables, columns) == {
        "product_name": {"columns": ["Title"]},
        "price": {"columns": ["Price (EUR)"]},
        "facts": {"columns": ["Title", "Price note", "Price (EUR)"]},
    }


def test_values_name_all_that_is_wrong_with_a_row() -> None:
    variables = [Variable(name="name"), Variable(name="price", kind="number")]
    mapping = {"name": {"columns": ["Name"]}, "price": {"value": "9"}}
    assert values_of({"Name": "Boot"}, variables, mapping) == {"name": "Boot", "price": 9}
    with pytest.raises(Misfit, match=r"^Name is empty\. Price is empty\.$"):
        values_of({}, variables, {"name": {"columns": ["Name"]}})
    problems = check_mapping(
        {"name": {"columns": ["Gone"]}, "x": {}}, variables, [{"name": "Name", "type": "text"}]
    )
    assert set(problems) == {"name", "price", "x"}
