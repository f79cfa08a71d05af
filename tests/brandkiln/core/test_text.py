"""What every database stores."""

from brandkiln.core.text import is_storable


def test_texts_of_people_are_storable_at_any_depth() -> None:
    assert is_storable({"a": ["Grüße", "😀", "\\u0000 written out", 3, None]})


def test_nul_and_half_pairs_are_not() -> None:
    for value in ("nul \0", {"half": "\ud800"}, {"\0": 1}, [["\udfff"]]):
        assert not is_storable(value), value
