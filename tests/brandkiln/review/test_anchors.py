"""Passages and regions that comments are pinned to."""

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.review.anchors import found, passage, region
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = "Boots of felt. They last. Boots of wool 🧦 are warm. They last, too."


def place(quote: str, after: str = "") -> tuple[int, int]:
    start = TEXT.index(quote, TEXT.index(after))
    return start, start + len(quote)


def test_a_passage_stays_with_its_words_when_text_is_put_before_it() -> None:
    anchor = passage(TEXT, *place("They last", "wool"))
    longer = "New this autumn. " + TEXT
    start, end = found(anchor, longer) or (0, 0)
    assert longer[start:end] == "They last"
    assert longer[end:] == ", too."


def test_words_that_stand_twice_are_told_apart_by_what_is_around_them() -> None:
    first, second = passage(TEXT, *place("They last")), passage(TEXT, *place("They last", "wool"))
    changed = TEXT.replace("Boots of felt", "Slippers of felt")
    assert found(first, changed) == (18, 27)
    assert found(second, changed) == (55, 64)


def test_a_passage_that_was_reworded_is_what_stands_between_its_neighbours() -> None:
    anchor = passage(TEXT, *place("of wool 🧦"))
    start, end = found(anchor, changed := TEXT.replace("of wool 🧦", "of soft wool")) or (0, 0)
    assert changed[start:end] == "of soft wool"


def test_a_passage_that_is_gone_is_found_nowhere() -> None:
    assert found(passage(TEXT, *place("They last")), "A coat.") is None


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(min_size=1, max_size=30), st.text(max_size=60))
def test_what_is_found_is_inside_the_text(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    if not quote.strip():
        return
    anchor = passage(text, len(before), len(before) + len(quote))
    assert found(anchor, text) == (len(before), len(before) + len(quote))
    span = found(anchor, after + quote)
    assert span is None or 0 <= span[0] < span[1] <= len(after + quote)


def test_places_that_are_not_there_are_refused() -> None:
    for start, end in [(-1, 3), (5, 5), (0, len(TEXT) + 1)]:
        with pytest.raises(Unprocessable):
            passage(TEXT, start, end)
    with pytest.raises(Unprocessable, match="changed meanwhile"):
        passage(TEXT, 0, 5, "Shoes")
    for sides in [(-0.1, 0, 0.5, 0.5), (0.8, 0, 0.5, 0.5), (0, 0, 0, 0.5), (float("nan"), 0, 1, 1)]:
        with pytest.raises(Unprocessable):
            region(*sides)
    assert region(0.25, 0.5, 0.5, 0.25)["height"] == 0.25
