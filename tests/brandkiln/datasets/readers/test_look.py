"""What a person is shown, and may correct, before a file is read."""

import io
import tempfile
from pathlib import Path
from typing import Any

import polars
import pytest
import xlsxwriter
from brandkiln.datasets.readers.limits import Refused
from brandkiln.datasets.readers.process import look_in_child

from tests.brandkiln.datasets.files import grey, zip_bytes


def look(data: bytes, name: str = "a.csv", kind: str = "table", **options: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        path.write_bytes(data)
        return look_in_child(path, name, kind=kind, options=options)


CAFES = "Name;Ort;Preis;label\nCafé Zoë;Köln;1,5;a\nBar;Wien;2;b\n"


def test_a_look_shows_how_a_table_would_be_read() -> None:
    found = look(CAFES.encode("cp1252"))
    assert (found["encoding"], found["delimiter"], found["has_header"]) == ("cp1252", ";", True)
    assert [one["type"] for one in found["columns"]] == ["text", "text", "decimal", "text"]
    assert found["rows"][0] == ["Café Zoë", "Köln", "1,5", "a"]
    assert (found["text_column"], found["label_column"]) == (None, "label")


def test_a_look_obeys_what_was_corrected() -> None:
    found = look(
        CAFES.encode("cp1252"), encoding="ISO-8859-15", has_header=False, delimiter="|", label_column=""
    )
    assert (found["encoding"], found["delimiter"], found["has_header"]) == ("iso8859-15", "|", False)
    assert found["label_column"] is None
    assert found["rows"][:2] == [["Name;Ort;Preis;label"], ["Café Zoë;Köln;1,5;a"]]


def test_a_look_shows_the_first_twenty_rows_and_judges_types_by_more() -> None:
    data = "price,day\n" + "1,2024-01-31\n" * 30 + "x,2024-01-31\n"
    found = look(data.encode())
    assert len(found["rows"]) == 20
    hint = "It is text because 1 of 31 values do not read as whole (row 32)."
    assert found["columns"] == [
        {"name": "price", "type": "text", "hint": hint},
        {"name": "day", "type": "date"},
    ]


def test_a_look_says_how_numbers_are_written_and_reads_them_as_it_is_told() -> None:
    data = b'price,stock\n"19,90",1.234\n"5,00",2.500\n'
    found = look(data)
    assert found["numbers"] == "comma"
    assert found["columns"] == [
        {"name": "price", "type": "decimal", "numbers": "comma"},
        {"name": "stock", "type": "whole", "numbers": "comma"},
    ]
    told = look(data, numbers="point")
    assert [one["type"] for one in told["columns"]] == ["text", "decimal"]


@pytest.mark.parametrize(
    ("data", "text", "label"),
    [(b"review,sentiment\nfine,good\n", "review", "sentiment"), (b"a,b\nx,y\n", None, None)],
)
def test_a_look_at_texts_says_which_column_is_the_text(
    data: bytes, text: str | None, label: str | None
) -> None:
    found = look(data, kind="text")
    assert (found["text_column"], found["label_column"]) == (text, label)
    assert look(data, kind="text", text_column=found["columns"][1]["name"])["text_column"]


def test_a_look_at_json_lines_shows_all_keys_of_the_first_rows() -> None:
    found = look(b'{"text": "x", "label": 1}\n{"text": "y", "more": {"a": 1}}\n', "a.jsonl", "text")
    assert [one["name"] for one in found["columns"]] == ["text", "label", "more"]
    assert found["rows"] == [["x", 1, None], ["y", None, "{'a': 1}"]]


def test_a_look_into_an_archive_shows_the_first_file_with_rows() -> None:
    found = look(zip_bytes({"readme.md": b"x", "t/b.csv": b"a\n1\n", "t/c.csv": b"a\n2\n"}), "a.zip", "text")
    assert (found["file"], found["files"], found["rows"]) == ("t/b.csv", 3, [["1"]])


def test_a_look_at_images_shows_no_rows() -> None:
    assert look(zip_bytes({"a.png": grey(1)}), "a.zip", "image") == {"files": 1, "columns": [], "rows": []}


def test_a_look_at_images_shows_the_listing_among_them() -> None:
    data = zip_bytes({"a.png": grey(1), "list.csv": b"file,caption,kind\na.png,A shoe,x\n"})
    found = look(data, "a.zip", "image")
    assert (found["file"], found["image_column"], found["text_column"]) == ("list.csv", "file", "caption")
    assert found["rows"] == [["a.png", "A shoe", "x"]]
    found = look(data, "a.zip", "image", image_column="Kind", label_column="kind")
    assert (found["image_column"], found["label_column"]) == ("kind", "kind")


def test_a_look_at_a_workbook_names_its_sheets() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name in ("Shoes", "Bags"):
            book.add_worksheet(name).write_column(0, 0, ["name", name])
    found = look(target.getvalue(), "a.xlsx", sheet="Bags")
    assert (found["sheets"], found["sheet"], found["rows"]) == (["Shoes", "Bags"], "Bags", [["Bags"]])


def test_a_look_at_parquet_shows_its_columns() -> None:
    target = io.BytesIO()
    polars.DataFrame({"n": [1, 2], "day": ["2024-01-31", None]}).write_parquet(target)
    found = look(target.getvalue(), "a.parquet")
    assert found["columns"] == [{"name": "n", "type": "whole"}, {"name": "day", "type": "date"}]
    assert found["rows"] == [[1, "2024-01-31"], [2, None]]


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ({"encoding": "klingon"}, "unknown_encoding", "choose one of utf-8"),
        ({"encoding": "utf-8"}, "wrong_encoding", "not written in utf-8"),
        ({"delimiter": "ab"}, "bad_option", 'The separator "ab"'),
        ({"has_header": "yes"}, "bad_option", "has to be true or false"),
        ({"numbers": "dot"}, "bad_option", 'has to be "point" or "comma", not "dot"'),
        ({"colour": "red"}, "bad_option", "there are delimiter, encoding"),
        ({"label_column": "Farbe"}, "no_such_column", '"Farbe" to hold the label; there are "Name", "Ort"'),
    ],
)
def test_a_correction_that_can_not_be_obeyed_says_what_is_there(
    options: dict[str, Any], code: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        look(CAFES.encode("cp1252"), **options)
    assert refusal.value.code == code
    assert sentence in refusal.value.message
