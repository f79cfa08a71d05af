"""Parquet files: what their columns become, and what is refused."""

import io
import math
import struct
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import polars
import pytest
from brandkiln.datasets.readers.limits import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.readers.reading import Reading, read


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    target = io.BytesIO()
    polars.DataFrame(columns, strict=False).write_parquet(target, **options)
    return target.getvalue()


def table(data: bytes, **limits: int) -> Reading:
    return read(data, "a.parquet", "table", **limits)


def refusal(data: bytes, **limits: int) -> Refused:
    with pytest.raises(Refused) as caught:
        table(data, **limits)
    return caught.value


def test_columns_keep_their_types() -> None:
    reading = table(
        parquet(
            {
                "name": ["Shoe", None],
                "price": [1.5, math.nan],
                "sold": [True, False],
                "day": [date(2024, 1, 31), None],
                "at": [datetime(2024, 1, 31, 13, 30), None],
                "kind": polars.Series(["a", "b"], dtype=polars.Categorical),
                "small": polars.Series([1, 2], dtype=polars.UInt8),
                "exact": polars.Series(["1.25", "2"]).cast(polars.Decimal(10, 2)),
            }
        )
    )
    assert reading.types == {
        "name": "text",
        "price": "decimal",
        "sold": "flag",
        "day": "date",
        "at": "date",
        "kind": "text",
        "small": "whole",
        "exact": "decimal",
    }
    assert reading.rows[0] == {
        "name": "Shoe",
        "price": 1.5,
        "sold": True,
        "day": "2024-01-31",
        "at": "2024-01-31T13:30:00",
        "kind": "a",
        "small": 1,
        "exact": 1.25,
    }
    assert reading.rows[1]["price"] is None


def test_rows_of_many_slices_keep_their_numbers() -> None:
    reading = table(parquet({"n": range(45_000)}, row_group_size=7_000))
    assert [row["n"] for row in reading.rows] == list(range(45_000))
    assert reading.lines[-1]["name"] == "row 45000"


@pytest.mark.parametrize("column", [[[1, 2]], [{"a": 1}], [b"bytes"]])
def test_columns_with_more_than_plain_values_are_refused_by_name(column: list[Any]) -> None:
    refused = refusal(parquet({"n": [1], "odd": column}))
    assert (refused.code, '"odd"' in refused.message) == ("nested_column", True)


def test_what_no_database_stores_refuses_its_row() -> None:
    reading = table(parquet({"a": ["x", "nul\0", "y", "z"], "n": [1.0, 2.0, math.inf, 4.0]}))
    assert (len(reading.rows), reading.codes) == (2, ["nul_character", "not_a_number"])


def test_dates_that_no_calendar_has_make_their_column_text() -> None:
    days = polars.Series([1, 4_000_000], dtype=polars.Int32).cast(polars.Date)
    reading = table(parquet({"day": days}))
    assert (reading.types, reading.rows[1]) == ({"day": "text"}, {"day": "+12921-08-18"})


def test_whole_numbers_with_more_than_eighteen_digits_are_text() -> None:
    assert table(parquet({"id": [2**62, 5]})).rows == [{"id": str(2**62)}, {"id": "5"}]


def test_durations_and_moments_with_zones_are_read() -> None:
    moments = polars.Series([datetime(2024, 1, 31, 13)]).dt.replace_time_zone("Europe/Berlin")
    row = table(parquet({"at": moments, "took": [timedelta(hours=1)]})).rows[0]
    assert row["at"].startswith("2024-01-31T13:00:00+01:00")
    assert "1" in row["took"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "damaged_parquet"),
        (b"PAR1", "damaged_parquet"),
        (b"a,b\n1,2\n", "damaged_parquet"),
        (b"PAR1" + bytes(50) + b"PAR1", "damaged_parquet"),
        (parquet({"a": [1, 2]})[:-20], "damaged_parquet"),
        (parquet({"A": [1], "a": [2]}), "same_column_name"),
        (b"PAR1" + struct.pack("<I", 2**31) + b"PAR1", "damaged_parquet"),
    ],
)
def test_what_is_no_whole_file_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_caps_refuse_the_file() -> None:
    assert refusal(parquet({"a": [1], "b": [2]}), columns=1).code == "too_many_columns"
    assert refusal(parquet({"a": range(20)}), rows=10).code == "too_many_rows"


# The same examples each time: now and then polars crashes on damaged bytes, which costs the studio the reader's own
# process (tests of process.py), and would cost this run its own.
@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(4, 600), st.binary(min_size=1, max_size=4))
def test_a_file_with_damaged_bytes_is_read_or_refused(place: int, noise: bytes) -> None:
    data = bytearray(parquet({"name": ["a", "b", "c"], "n": [1, 2, 3]}))
    data[place % (len(data) - 8) : place % (len(data) - 8) + len(noise)] = noise
    with suppress(Refused):
        read(bytes(data), "a.parquet", "table")
