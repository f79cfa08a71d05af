"""Several files become one table, and options are obeyed."""

import pytest
from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.files import zip_bytes
from tests.brandkiln.datasets.readers.reading import read, read_all


def test_the_files_of_a_table_are_read_one_after_another() -> None:
    reading = read_all(
        {"a.csv": b"n,name\n1,x\n", "b.tsv": b"name\tn\ny\t2\n", "c.jsonl": b'{"n": 3, "name": "z"}\n'},
        "table",
    )
    assert reading.rows == [{"n": 1, "name": "x"}, {"n": 2, "name": "y"}, {"n": 3, "name": "z"}]
    assert [line["name"] for line in reading.lines] == ["a.csv, row 2", "b.tsv, row 2", "c.jsonl, row 1"]
    assert reading.seen["delimiter"] == ",, \t"


def test_files_with_other_columns_are_refused_by_name() -> None:
    with pytest.raises(Refused) as refusal:
        read_all({"a.csv": b"n,name\n1,x\n", "b.csv": b"n,colour,size\n1,red,2\n"}, "table")
    assert refusal.value.code == "other_columns"
    assert '"b.csv" lacks "name" and has "colour", "size" more than "a.csv"' in refusal.value.message


def test_json_lines_with_other_keys_are_refused_by_name() -> None:
    with pytest.raises(Refused, match=r'"b\.jsonl" lacks "m"'):
        read_all({"a.jsonl": b'{"n": 1}\n{"m": 1}\n', "b.jsonl": b'{"n": 1}\n'}, "table")


def test_a_table_may_come_in_parts_in_an_archive() -> None:
    reading = read(
        zip_bytes({"2024/a.csv": b"n\n1\n", "2025/b.csv": b"n\n2\n", "x/notes.pdf": b"%PDF"}),
        "a.zip",
        "table",
    )
    assert [row["n"] for row in reading.rows] == [1, 2]
    assert [(fault["where"], fault["code"]) for fault in reading.seen["faults"]] == [
        ("x/notes.pdf", "wrong_format")
    ]


def test_the_sentence_about_one_of_several_files_names_it() -> None:
    with pytest.raises(Refused, match=r'"b\.csv": A quote'):
        read_all({"a.csv": b"n,m\n1,x\n", "b.csv": b'n,m\n"1,x\n'}, "table")


def test_the_label_may_stand_in_any_column_or_in_none() -> None:
    data = b"label,kind,n\nx,shoe,1\n"
    assert read(data, "a.csv", "table").lines[0]["label"] == "x"
    assert read(data, "a.csv", "table", options={"label_column": "kind"}).lines[0]["label"] == "shoe"
    assert read(data, "a.csv", "table", options={"label_column": ""}).lines[0]["label"] == ""


def test_a_header_may_be_said_to_be_data() -> None:
    reading = read(b"shoe,red\nbag,blue\n", "a.csv", "table", options={"has_header": False})
    assert reading.rows[0] == {"column 1": "shoe", "column 2": "red"}
    reading = read(b"2023,2024\n1,2\n", "a.csv", "table", options={"has_header": False})
    assert len(reading.rows) == 2
