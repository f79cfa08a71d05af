"""CSV in all its dialects, and the ways in which it lies."""

import codecs
import random
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.readers import delimited
from brandkiln.datasets.readers.limits import Fault, Limits, Refused
from brandkiln.datasets.readers.options import Options

from tests.brandkiln.datasets.readers.reading import read, table


def refusal(data: bytes | str, **limits: int) -> Refused:
    with pytest.raises(Refused) as caught:
        table(data, **limits)
    return caught.value


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name,town\nZoë,Köln\n".encode(), "utf-8"),
        ("name,town\nZoë,Köln\n".encode("utf-8-sig"), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "name,town\nZoë,Köln\n".encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + "name,town\nZoë,Köln\n".encode("utf-16-be"), "utf-16"),
        ("name,town\nZoë,Köln\n".encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found(data: bytes, encoding: str) -> None:
    reading = table(data)
    assert reading.seen["encoding"] == encoding
    assert reading.rows == [{"name": "Zoë", "town": "Köln"}]


def test_chinese_in_gb18030_is_read() -> None:
    reading = table("名称,城市\n运动鞋,北京\n手提包,上海\n".encode("gb18030"))
    assert reading.seen["encoding"] == "gb18030"
    assert reading.rows[0] == {"名称": "运动鞋", "城市": "北京"}


def test_a_mark_that_lies_is_refused() -> None:
    assert refusal(codecs.BOM_UTF8 + b"a,b\n\xff\xfe,1\n").code == "damaged_text"


def test_lone_surrogates_in_utf_16_are_refused() -> None:
    data = codecs.BOM_UTF16_LE + "a,b\n".encode("utf-16-le") + b"\x00\xd8" + ",1\n".encode("utf-16-le")
    assert refusal(data).code == "damaged_text"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    reading = table(delimiter.join(["name", "price"]) + "\n" + delimiter.join(['"a, b; c"', "1"]) + "\n")
    assert reading.seen["delimiter"] == delimiter
    assert reading.rows == [{"name": "a, b; c", "price": 1}]


def test_commas_in_a_single_column_are_text() -> None:
    reading = read(b'text\nhello\n"well, well"\nbye\n', "a.csv", "text")
    assert [line["text"] for line in reading.lines] == ["hello", "well, well", "bye"]


def test_a_file_without_header_gets_column_names() -> None:
    reading = table("shoe,1.5\nbag,2.5\n")
    assert reading.seen["has_header"] is False
    assert reading.rows == [{"column 1": "shoe", "column 2": 1.5}, {"column 1": "bag", "column 2": 2.5}]


def test_years_may_be_column_names() -> None:
    assert table("product,2023,2024\nshoe,1,2\n").rows == [{"product": "shoe", "2023": 1, "2024": 2}]


def test_an_unclosed_quote_does_not_swallow_the_rest() -> None:
    refused = refusal('name,price\nshoe,1\n"bag,2\nhat,3\nsock,4\n')
    assert refused.code == "unclosed_quote"
    assert "row 3 (line 3)" in refused.message


def test_an_unclosed_quote_before_a_long_rest_is_found_by_the_size_of_its_cell() -> None:
    assert refusal('a,b\n"x,1\n' + "y,2\n" * 1000, cell_characters=1000).code == "unclosed_quote"


def test_a_stray_quote_is_a_fault_of_its_row() -> None:
    reading = table('name,price\n"shoe" x,1\nbag,2\n')
    assert (reading.rows, reading.codes) == ([{"name": "bag", "price": 2}], ["stray_quote"])


def test_quoted_line_ends_and_doubled_quotes_are_content() -> None:
    assert table('name,note\nshoe,"one\ntwo ""three"""\n').rows == [
        {"name": "shoe", "note": 'one\ntwo "three"'}
    ]


def test_ragged_rows_are_listed_with_their_numbers() -> None:
    reading = table("a,b\nx,1\ny\nz,2,3\nw,4\n")
    assert [line["name"] for line in reading.lines] == ["row 2", "row 5"]
    assert [(fault["where"], fault["code"]) for fault in reading.seen["faults"]] == [
        ("row 3", "ragged_row"),
        ("row 4", "ragged_row"),
    ]


def test_faults_are_all_counted_and_the_first_thousand_listed() -> None:
    reading = table("a,b\nx,1\n" + "y\n" * 1500)
    assert reading.seen["reasons"] == {"ragged_row": 1500}
    assert len(reading.seen["faults"]) == 1000


def test_blank_rows_are_no_rows() -> None:
    assert len(table("a,b\n\nx,1\n , \n\ny,2\n").lines) == 2


@pytest.mark.parametrize("header", ["price,name,price", "Price,price", "caf\u00e9,cafe\u0301", "a, a "])
def test_two_columns_of_one_name_are_refused(header: str) -> None:
    cells = ",".join("x" * len(header.split(",")))
    assert refusal(f"{header}\n{cells}\n").code == "same_column_name"


def test_a_nameless_column_is_called_by_its_number() -> None:
    assert table("a,,\nx,y,\n").rows == [{"a": "x", "column 2": "y", "column 3": None}]


def test_nul_characters_refuse_the_row() -> None:
    assert table("a,b\nx,1\ny\0,2\n" + "z,3\n" * 100).codes == ["nul_character"]


def test_binary_files_are_refused() -> None:
    assert refusal(bytes(range(256)) * 40 + bytes(4000)).code == "not_text"


def test_a_spreadsheet_is_refused_with_the_way_out() -> None:
    refused = refusal(b"PK\x03\x04" + bytes(100))
    assert (refused.code, "save it as CSV" in refused.message) == ("wrong_format", True)


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (",".join(f"c{n}" for n in range(11)) + "\n", {"columns": 10}, "too_many_columns"),
        ("a\n" + "x\n" * 11, {"rows": 10}, "too_many_rows"),
        ("a\n" + "x" * 200 + "\n", {"line_characters": 100}, "line_too_long"),
        ("x" * 200 + ",b\n1,2\n", {"cell_characters": 100}, "bad_header"),
        ("x" * 121 + ",b\nu,v\n", {}, "column_name_too_long"),
    ],
)
def test_caps_refuse_the_file(data: str, limits: dict[str, int], code: str) -> None:
    assert refusal(data, **limits).code == code


def test_a_cell_over_the_cap_refuses_its_row() -> None:
    assert table("a,b\n" + "x" * 200 + ",1\ny,2\n", cell_characters=100).codes == ["cell_too_long"]


@pytest.mark.parametrize("data", ["", "\n\n", " \n"])
def test_a_file_without_rows_is_refused(data: str) -> None:
    assert refusal(data).code == "empty"


def test_cells_like_formulas_are_data() -> None:
    cells = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"]
    reading = table("cell\n" + "".join(f"{cell}\n" for cell in cells))
    assert [row["cell"] for row in reading.rows] == cells


def test_a_label_column_gives_labels() -> None:
    assert [line["label"] for line in table("name,Label\nx,good\ny,\n").lines] == ["good", ""]


def test_a_label_column_of_free_text_is_refused_with_the_way_out() -> None:
    refused = refusal("label,price\n" + "".join(f"name {number},1\n" for number in range(12)), labels=10)
    assert (refused.code, "rename the column" in refused.message) == ("too_many_labels", True)


CELLS = ("a", "1", "", "  ", '"q"', '"li\nne"', '"cr\r\nlf"', '"cr\rx"', '"d""d"', '"bad"x', "\0", "x" * 31)


def awkward_file(chance: random.Random) -> str:
    """Return rows of mostly the same width, with ragged, blank, overlong and broken ones among them."""
    width, lines = chance.randrange(2, 4), []
    for _ in range(chance.randrange(1, 30)):
        cells = width if chance.random() < 0.9 else chance.randrange(5)
        lines.append(",".join(chance.choice(CELLS if chance.random() < 0.3 else "xyz") for _ in range(cells)))
    ends = ("\n", "\r\n", "\n\n")
    text = "".join(line + (chance.choice(ends) if chance.random() < 0.2 else "\n") for line in lines)
    return text + ('"never closed' if chance.random() < 0.1 else "")


def test_many_rows_at_once_are_read_as_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "ROWS", 7)
    monkeypatch.setattr(delimited, "AT_ONCE", 3)
    path, limits, chance = tmp_path / "a.csv", Limits(cell_characters=30, rows=25), random.Random(0)

    def found(*, at_once: bool) -> Any:
        rows: list[Any] = []
        faults: list[Any] = []

        def on_fault(number: int, fault: Fault) -> None:
            faults.append((number, fault.code, fault.message))

        try:
            _, by_row, by_block = delimited.delimited_rows(path, Options.of({}), limits)
            if not at_once:
                return list(by_row(on_fault)), faults
            for numbers, columns in by_block(on_fault):
                cells = zip(*columns.values(), strict=True)
                rows += [
                    (one, dict(zip(columns, row, strict=True)))
                    for one, row in zip(numbers, cells, strict=True)
                ]
        except Refused as refusal:
            return refusal.code, refusal.message
        return rows, faults

    for _ in range(150):
        path.write_bytes(awkward_file(chance).encode())
        assert found(at_once=True) == found(at_once=False)
