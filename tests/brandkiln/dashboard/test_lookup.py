"""What addresses and forms hold is read without trust: anything may stand there."""

from uuid import UUID

import pytest
from brandkiln.dashboard.lookup import keys_of, whole

KEY = "0d4f6f0e-2f64-4d7a-9c39-5b3f6b0a6c11"


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("", 7), ("-1", 7), ("1.5", 7), ("٣", 7), ("²", 7), ("9" * 5000, 7), ("9" * 15, 2**31 - 1)],
)
def test_what_is_no_number_is_the_default(text: str, number: int) -> None:
    assert whole(text, 7) == number


def test_what_is_no_key_is_passed_over_and_each_comes_once() -> None:
    assert keys_of(["x", KEY, "", KEY.upper(), "0"]) == [UUID(KEY)]
