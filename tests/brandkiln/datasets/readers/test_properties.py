"""Whatever bytes come, the parsers answer with records, listed faults or the one stated refusal."""

import csv
import io
import json
import unicodedata

from brandkiln.core.text import is_storable
from brandkiln.datasets.readers.limits import Refused
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generators.blank import says_something
from tests.brandkiln.datasets.readers.reading import Reading, read, table

CELL = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
WORD = st.text("abcdefgh", min_size=1, max_size=8)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(data: bytes, filename: str, kind: str) -> Reading | None:
    try:
        reading = read(data, filename, kind)
    except Refused:
        return None
    for line in reading.lines:
        json.dumps(line, allow_nan=False).encode()
        assert is_storable(line)
    assert len(reading.lines) == reading.seen["accepted"]
    assert sum(reading.seen["reasons"].values()) == reading.seen["refused"]
    return reading


@quick
@given(st.binary(max_size=400))
@example(b'"')
@example(b"a,b\n\x00,\x00")
@example(b"\xff\xfe\x00")
def test_any_bytes_as_csv(data: bytes) -> None:
    survives(data, "a.csv", "table")


@quick
@given(st.text(st.sampled_from('a1",;\n\r\t|\0=é '), max_size=80))
def test_any_arrangement_of_quotes_and_separators(text: str) -> None:
    survives(text.encode(), "a.csv", "table")
    survives(text.encode(), "a.csv", "text")


@quick
@given(st.binary(max_size=400))
def test_any_bytes_as_json_lines(data: bytes) -> None:
    survives(data, "a.jsonl", "text")
    survives(b'{"text": "x"}\n' + data, "a.jsonl", "table")


@quick
@given(st.binary(max_size=400))
def test_any_bytes_as_plain_text(data: bytes) -> None:
    survives(data, "a.txt", "text")


@quick
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=20))
def test_a_table_that_python_wrote_comes_back(rows: list[tuple[str, str, str]]) -> None:
    target = io.StringIO()
    csv.writer(target).writerows(
        [("first", "second", "third"), *(("t" + a, "t" + b, "t" + c) for a, b, c in rows)]
    )
    reading = table(target.getvalue())
    assert [tuple(row.values()) for row in reading.rows] == [("t" + a, "t" + b, "t" + c) for a, b, c in rows]


@quick
@given(
    st.lists(
        st.dictionaries(WORD, st.none() | st.booleans() | st.integers(-(10**17), 10**17) | CELL), max_size=20
    )
)
def test_json_that_python_wrote_comes_back_as_text_records(objects: list[dict[str, object]]) -> None:
    wanted = [{"text": "hello", "extra": one} for one in objects]
    data = "".join(json.dumps(one) + "\n" for one in [{"text": "first"}, *wanted])
    reading = read(data.encode(), "a.jsonl", "text")
    assert [line["fields"] for line in reading.lines[1:]] == [{"extra": one} for one in objects]


@quick
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=20))
def test_decimals_come_back_exactly(numbers: list[float]) -> None:
    reading = table("number\n" + "".join(f"{number!r}\n" for number in numbers))
    if reading.types["number"] == "decimal":
        assert [row["number"] for row in reading.rows] == numbers


@quick
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=50))
def test_a_text_comes_back_composed_and_stripped(text: str) -> None:
    reading = read(json.dumps({"text": text}).encode(), "a.jsonl", "text")
    expected = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    is_kept = says_something(expected) and "\0" not in text
    assert [line["text"] for line in reading.lines] == ([expected] if is_kept else [])
