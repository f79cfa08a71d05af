"""JSON lines that other programs, and databases, would choke on."""

import json

import pytest
from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.readers.reading import Reading, read


def texts(*lines: str, **limits: int) -> Reading:
    return read("".join(line + "\n" for line in lines).encode(), "a.jsonl", "text", **limits)


def rows(*lines: str, **limits: int) -> Reading:
    return read("".join(line + "\n" for line in lines).encode(), "a.jsonl", "table", **limits)


GOOD = '{"text": "fine"}'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "bad_json"),
        ('{"text": "x"} more', "bad_json"),
        ("[1]", "not_an_object"),
        ('"text"', "not_an_object"),
        ("null", "not_an_object"),
        ('{"text": "x", "text": "y"}', "same_key"),
        ('{"text": "x", "deep": {"a": 1, "a": 2}}', "same_key"),
        ('{"text": "x", "a": 1, " a": 2}', "same_key"),
        ('{"text": "x", "n": NaN}', "not_a_number"),
        ('{"text": "x", "n": -Infinity}', "not_a_number"),
        ('{"text": "x", "n": 1e999}', "number_too_large"),
        ('{"text": "x", "n": 1' + "0" * 5000 + "}", "number_too_large"),
        ('{"text": "x", "n": 1000000000000000000}', "number_too_large"),
        ('{"text": "\\ud800"}', "lone_surrogate"),
        ('{"\\udfff": 1, "text": "x"}', "lone_surrogate"),
        ('{"text": "a\\u0000b"}', "nul_character"),
        ('{"text": "x", "deep": ' + "[" * 40 + "]" * 40 + "}", "too_deep"),
        ('{"text": "x", "deep": ' + "[" * 990 + "]" * 990 + "}", "too_deep"),
        ('{"text": "x", "deep": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "too_deep"),
        ('{"text": ""}', "empty_text"),
        ('{"text": " \\n "}', "empty_text"),
        ('{"text": 7}', "no_text"),
        ('{"label": "x"}', "no_text"),
        ('{"text": "x", "label": {"a": 1}}', "bad_label"),
        ('{"text": "x", "label": 1.5}', "bad_label"),
        ('{"text": "x", "label": "' + "y" * 121 + '"}', "label_too_long"),
        ('{"text": "x", "' + "k" * 121 + '": 1}', "column_name_too_long"),
        ('{"text": "' + "y" * 100_001 + '"}', "cell_too_long"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_bad_line_is_listed_and_the_others_go_on(line: str, code: str) -> None:
    reading = texts(GOOD, line, '{"text": "fine too"}')
    assert [one["text"] for one in reading.lines] == ["fine", "fine too"]
    assert [(fault["where"], fault["code"]) for fault in reading.seen["faults"]] == [("row 2", code)]


def test_a_json_document_is_refused_with_the_way_out() -> None:
    with pytest.raises(Refused, match="one object on each line"):
        texts('[{"text": "x"}]')


def test_text_is_composed_and_its_line_ends_are_plain() -> None:
    reading = texts('{"text": "  cafe\\u0301\\r\\nbar "}')
    assert reading.lines[0]["text"] == "caf\u00e9\nbar"


def test_labels_may_be_numbers_or_flags() -> None:
    reading = texts(
        '{"text": "a", "label": 1}', '{"text": "b", "label": true}', '{"text": "c", "label": null}'
    )
    assert [line["label"] for line in reading.lines] == ["1", "True", ""]


def test_rows_of_a_table_take_their_types_from_the_values() -> None:
    reading = rows(
        '{"n": 1, "d": 1, "f": true, "t": "2024-01-31", "s": "007"}', '{"d": 2.5, "s": "x", "new": "y"}'
    )
    assert reading.types == {
        "n": "whole",
        "d": "decimal",
        "f": "flag",
        "t": "date",
        "s": "text",
        "new": "text",
    }
    assert reading.rows[0] == {"n": 1, "d": 1.0, "f": True, "t": "2024-01-31", "s": "007", "new": None}
    assert json.dumps(reading.rows[0]["d"]) == "1.0"
    assert reading.rows[1]["n"] is None


def test_a_table_holds_no_nested_values() -> None:
    assert rows('{"a": 1}', '{"a": [1]}', '{"a": {"b": 1}}').codes == ["nested_value", "nested_value"]


def test_new_keys_in_every_line_are_capped() -> None:
    with pytest.raises(Refused, match="more than 10 columns"):
        rows(*[f'{{"k{number}": 1}}' for number in range(11)], columns=10)


def test_text_comes_by_paragraph_from_a_plain_file() -> None:
    reading = read("One\nline more\n\n\nTwo\r\n\r\n  \n\u0000\n".encode(), "a.txt", "text")
    assert [(line["name"], line["text"]) for line in reading.lines] == [
        ("line 1", "One\nline more"),
        ("line 5", "Two"),
    ]
    assert reading.codes == ["nul_character"]


def test_a_paragraph_over_the_cap_is_a_fault() -> None:
    reading = read(b"short\n\n" + b"long line\n" * 100, "a.txt", "text", text_characters=50)
    assert (len(reading.lines), reading.codes) == (1, ["text_too_long"])
