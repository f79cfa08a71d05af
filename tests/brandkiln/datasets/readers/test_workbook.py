"""Workbooks as spreadsheet programs write them, and as attackers do."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from brandkiln.datasets.readers.limits import Refused
from brandkiln.datasets.readers.workbook_cells import DateKind, format_kind, moment, unescape
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.readers.reading import Reading, read

Fill = Callable[[xlsxwriter.Workbook], Any]


def workbook(fill: Fill, **options: Any) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        fill(book)
    return target.getvalue()


def sheet(rows: list[list[Any]], **options: Any) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    return workbook(fill, **options)


def table(data: bytes, **limits: int) -> Reading:
    return read(data, "a.xlsx", "table", **limits)


def refusal(data: bytes, **limits: int) -> Refused:
    with pytest.raises(Refused) as caught:
        table(data, **limits)
    return caught.value


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOODS = [["name", "price", "sold"], ["Shoe", 59.5, True], ["007", 12, False]]


def test_cells_have_the_types_of_the_sheet() -> None:
    reading = table(sheet(GOODS))
    assert reading.types == {"name": "text", "price": "decimal", "sold": "flag"}
    assert reading.rows == [
        {"name": "Shoe", "price": 59.5, "sold": True},
        {"name": "007", "price": 12.0, "sold": False},
    ]
    assert [line["name"] for line in reading.lines] == ["row 2", "row 3"]
    assert reading.seen["sheets"] == ["Sheet1"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_come_by_their_format(since_1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["day", "moment", "clock", "price"])
        page.write_datetime(1, 0, date(2024, 2, 29), book.add_format({"num_format": "dd.mm.yyyy"}))
        page.write_datetime(1, 1, datetime(2024, 1, 31, 13, 30), book.add_format({"num_format": 22}))
        page.write_datetime(1, 2, time(9, 5), book.add_format({"num_format": "hh:mm"}))
        page.write_number(1, 3, 45000, book.add_format({"num_format": '#,##0.00 "days"'}))

    reading = table(workbook(fill, date_1904=since_1904))
    assert reading.rows == [
        {"day": "2024-02-29", "moment": "2024-01-31T13:30:00", "clock": "09:05:00", "price": 45000}
    ]
    assert reading.types["day"] == reading.types["moment"] == "date"


def test_a_formula_gives_the_value_that_was_cached_and_an_error_gives_none() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["sum", "word", "broken"])
        page.write_formula(1, 0, "=1+2", value=3)
        page.write_formula(1, 1, '="a"&"b"', value="ab")
        page.write_formula(1, 2, "=1/0", value="#DIV/0!")
        page.write_row(2, 0, [4, "c", 1.5])

    reading = table(workbook(fill))
    assert reading.rows == [
        {"sum": 3, "word": "ab", "broken": None},
        {"sum": 4, "word": "c", "broken": 1.5},
    ]


def test_merged_cells_are_filled_downwards_and_empty_rows_left_out() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["kind", "name"])
        page.merge_range(1, 0, 4, 0, "Shoes")
        for number, name in ((1, "Runner"), (2, "Boot"), (4, "Clog")):
            page.write(number, 1, name)
        page.write_row(9, 0, ["Bags", "Tote"])

    reading = table(workbook(fill))
    assert [(line["name"], *line["fields"].values()) for line in reading.lines] == [
        ("row 2", "Shoes", "Runner"),
        ("row 3", "Shoes", "Boot"),
        ("row 5", "Shoes", "Clog"),
        ("row 10", "Bags", "Tote"),
    ]


def test_a_title_above_the_table_is_passed_over() -> None:
    reading = table(sheet([["Sales of 2024"], [], ["name", "price"], ["Shoe", 1]]))
    assert (reading.rows, reading.seen["first_row"]) == ([{"name": "Shoe", "price": 1}], 3)


def test_the_first_visible_sheet_with_cells_is_read_unless_another_is_chosen() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden, empty, shoes, bags = (
            book.add_worksheet(name) for name in ("Lists", "Cover", "Shoes", "Bags")
        )
        for page, word in ((hidden, "x"), (shoes, "Runner"), (bags, "Tote")):
            page.write_row(0, 0, ["name"])
            page.write_row(1, 0, [word])
        empty.activate()
        hidden.hide()

    data = workbook(fill)
    reading = table(data)
    assert (reading.rows, reading.seen["sheet"]) == ([{"name": "Runner"}], "Shoes")
    assert reading.seen["sheets"] == ["Cover", "Shoes", "Bags", "Lists"]
    assert read(data, "a.xlsx", "table", options={"sheet": "Bags"}).rows == [{"name": "Tote"}]
    with pytest.raises(Refused, match='no sheet "Hats"; there are "Cover", "Shoes", "Bags", "Lists"'):
        read(data, "a.xlsx", "table", options={"sheet": "Hats"})


def test_rich_and_inline_texts_are_texts() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.write_rich_string(1, 0, "Fine ", book.add_format({"bold": True}), "leather")
        page.write(1, 1, "two\r\nlines")

    assert table(workbook(fill)).rows == [{"a": "Fine leather", "b": "two\r\nlines"}]
    in_line = changed(
        sheet([["a"], ["x"]]),
        SHEET,
        lambda xml: xml.replace(
            b'<c r="A2" t="s"><v>1</v></c>', b'<c t="inlineStr"><is><t>in line</t></is></c>'
        ),
    )
    assert table(in_line).rows == [{"a": "in line"}]


def test_a_text_column_of_a_workbook_gives_texts() -> None:
    reading = read(sheet([["text", "label"], ["Good", "x"], [7, "y"]]), "a.xlsx", "text")
    assert ([line["text"] for line in reading.lines], reading.codes) == (["Good"], ["no_text"])


def test_a_row_that_reaches_beyond_the_table_is_a_fault() -> None:
    rows = [["a", "b"], *([n, n] for n in range(250)), [1, 2, 3]]
    assert table(sheet(rows)).codes == ["ragged_row"]


def test_columns_far_to_the_right_are_refused() -> None:
    assert refusal(sheet([["a"] * 3]), columns=2).code == "too_many_columns"


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>'
    data = changed(sheet(GOODS), SHEET, lambda xml: xml.replace(b"<worksheet", bomb + b"<worksheet", 1))
    assert refusal(data).code == "entities"
    outside = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst'
    data = changed(sheet(GOODS), "xl/sharedStrings.xml", lambda xml: xml.replace(b"<sst", outside, 1))
    assert refusal(data).code == "entities"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = changed(sheet(GOODS), SHEET, lambda xml: xml + b" " * 5_000_000)
    assert refusal(data, ratio_free_bytes=1_000_000).code == "archive_bomb"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: xml[: len(xml) // 2], "damaged_document"),
        (lambda xml: xml.replace(b"<v>0</v>", b"<v>99999</v>"), "damaged_document"),
        (lambda xml: b"<a>" * 300 + b"</a>" * 300, "too_deep"),
    ],
)
def test_a_damaged_sheet_is_refused(change: Callable[[bytes], bytes], code: str) -> None:
    assert refusal(changed(sheet(GOODS), SHEET, change)).code == code


def test_a_password_or_an_old_workbook_is_named() -> None:
    refused = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert (refused.code, "without a password" in refused.message) == ("encrypted_document", True)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"PK\x03\x04" + bytes(100), b""])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refusal(data).code in ("wrong_format", "damaged_archive")


def test_nul_and_half_characters_refuse_their_row() -> None:
    def escape(xml: bytes) -> bytes:
        return (
            xml.replace(b"NUL", b"_x0000_").replace(b"HALF", b"_xD83D_").replace(b"FACE", b"_xD83D__xDE00_")
        )

    reading = table(
        changed(sheet([["a"], ["x"], ["NUL"], ["HALF"], ["FACE"]]), "xl/sharedStrings.xml", escape)
    )
    assert reading.rows == [{"a": "x"}, {"a": "\N{GRINNING FACE}"}]
    assert reading.codes == ["nul_character", "lone_surrogate"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", DateKind.DATE),
        ("mmm", DateKind.DATE),
        ("h:mm AM/PM", DateKind.TIME),
        ("[h]:mm", DateKind.NONE),
        ('0.0 "days"', DateKind.NONE),
        ("[Red]0.00", DateKind.NONE),
        ("General", DateKind.NONE),
        (r"0\d", DateKind.NONE),
    ],
)
def test_formats_say_whether_a_number_is_a_date(code: str, kind: DateKind) -> None:
    assert format_kind(code) == kind


@pytest.mark.parametrize(
    ("number", "iso"),
    [
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (61, "1900-03-01"),
        (45322.5625, "2024-01-31T13:30:00"),
        (-1, None),
        (2_958_466, None),
        (2_958_465.9999999, None),
    ],
)
def test_day_numbers_are_those_of_the_spreadsheet(number: float, iso: str | None) -> None:
    assert moment(number, DateKind.DATE, since_1904=False) == iso


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.integers(-(10**9), 10**9), st.text("ab<&\"'é ", min_size=1)), min_size=2, max_size=2
        ),
        min_size=1,
    )
)
def test_what_was_written_comes_back(rows: list[list[Any]]) -> None:
    reading = read(sheet([["x1", "x2"], *rows]), "a.xlsx", "table", options={"has_header": True})
    filled = [[str(cell).strip() for cell in row] for row in rows]
    got = [["" if cell is None else str(cell).strip() for cell in row.values()] for row in reading.rows]
    blanks = {"", "-"}
    assert [row for row in got if set(row) - blanks] == [row for row in filled if set(row) - blanks]


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_is_unescaped(text: str) -> None:
    unescape(text + "_x000D_" + text)
