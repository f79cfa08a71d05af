"""Texts as they were meant."""

import pytest
from brandkiln.datasets.checks.languages import language_of
from brandkiln.datasets.recipes.texts import FixEncoding, NormaliseText
from hypothesis import given
from hypothesis import strategies as st

from tests.brandkiln.datasets.recipes.versions import derive, make_version, texts, values


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  a  b\u00a0c ", "a b c"),
        ("e\u0301", "\u00e9"),
        ("a\u0000b\u200bc\ufeff", "abc"),
        ("a \n\n\n\n b\r\nc", "a\n\nb\nc"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("\u4f60\u597d", "\u4f60\u597d"),
    ],
)
def test_a_text_is_normalised(before: str, after: str) -> None:
    assert NormaliseText().written(before) == after


def test_what_is_not_asked_for_stays() -> None:
    assert (
        NormaliseText(unicode=False, blanks="keep", controls=False).written(" e\u0301\x07 ")
        == " e\u0301\x07 "
    )
    assert NormaliseText(blanks="trim").written("  a  b  ") == "a  b"


def test_tags_become_line_breaks_or_nothing_and_comparisons_stay() -> None:
    text = "Good.<br /><br/>A <b>fair</b> film, <a href='x'>see</a>: 1 < 2 > 0 <3</p>"
    assert NormaliseText(tags=True).written(text) == "Good.\n\nA fair film, see: 1 < 2 > 0 <3"
    assert NormaliseText().written(text) == text


@given(st.text(max_size=60))
def test_a_normalised_text_is_normal(text: str) -> None:
    step = NormaliseText()
    assert step.written(step.written(text)) == step.written(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sch\u00c3\u00b6n", "sch\u00f6n"),
        ("It\u00e2\u20ac\u2122s new", "It\u2019s new"),
        ("R\u00c3\u00a9sum\u00c3\u00a9 &amp; more", "R\u00e9sum\u00e9 & more"),
        ("sch\u00f6n", "sch\u00f6n"),
        ("\u65b0\u978b", "\u65b0\u978b"),
        ("\u201cgood\u201d \ufb01t", "\u201cgood\u201d \ufb01t"),
    ],
)
def test_a_wrong_encoding_is_mended_and_a_right_one_left_alone(before: str, after: str) -> None:
    assert FixEncoding().written(before) == after


def test_quotes_are_made_straight_where_asked() -> None:
    assert FixEncoding(quotes=True, entities=False).written("\u201ca\u201d &amp;") == '"a" &amp;'


@pytest.mark.django_db
def test_a_text_that_is_left_empty_is_dropped_and_the_others_are_hashed_anew() -> None:
    parent = make_version("text", [{"text": " a "}, {"text": "\u200b"}, {"text": "a"}])
    version = derive(parent, "normalise_text", "drop_duplicates")
    assert texts(version) == ["a"]
    assert [step["counts"] for step in version.recipe] == [
        {"in": 3, "out": 2, "changed": 1, "dropped": 1},
        {"in": 2, "out": 1, "changed": 0, "dropped": 1},
    ]
    assert version.records.get().facts == {"characters": 1, "words": 1}


@pytest.mark.django_db
def test_columns_of_text_are_written_anew_and_others_are_not() -> None:
    rows = [{"fields": {"name": " a ", "note": " b ", "price": 1.5, "day": "2024-01-01"}}]
    parent = make_version("table", rows, columns="name:text note:text price:decimal day:date")
    assert values(derive(parent, "normalise_text"), "note") == ["b"]
    some = derive(parent, {"step": "normalise_text", "columns": ["name"]})
    assert (values(some, "name"), values(some, "note")) == (["a"], [" b "])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("These boots keep your feet dry in the rain.", "en"),
        ("Diese Stiefel halten die F\u00fc\u00dfe trocken.", "de"),
        ("\u8fd9\u53cc\u9774\u5b50\u8ba9\u4f60\u7684\u811a\u4fdd\u6301\u5e72\u71e5\u3002", "zh"),
        ("12345", ""),
        ("", ""),
        ("Boots\x00 that \ud800 keep your feet dry in the rain.", "en"),
    ],
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.django_db
def test_texts_are_chosen_by_language() -> None:
    english, german = (
        "These boots keep your feet dry in the rain.",
        "Diese Stiefel halten die F\u00fc\u00dfe trocken.",
    )
    parent = make_version("text", [{"text": text} for text in (english, german, "42")])
    choose = {"step": "filter_language", "languages": ["EN"]}
    assert texts(derive(parent, choose)) == [english, "42"]
    assert texts(derive(parent, choose | {"unsure": "drop"})) == [english]
    assert texts(derive(parent, choose | {"action": "drop"})) == [german, "42"]
