"""Opinions: topics that are planted are found, and words turn round after a negation."""

from datetime import date

import polars as pl
import pytest

from generators.builtin.report.analyses.opinions import opinions, quoted
from generators.builtin.report.analyses.phrases import terms_of, without_parts
from generators.builtin.report.analyses.sentiment import scores, scores_of_ratings, tone

ABOUT = {
    "delivery": "late delivery of the parcel, courier {}",
    "battery": "battery charge lasts hours, charger {}",
    "colour": "lovely colour and soft fabric, tailor {}",
}
TEXTS = [text.format(n % 4) for n in range(12) for text in ABOUT.values()]


def test_planted_topics_are_found_with_their_words_and_an_example():
    days = [date(2026, 1 + n % 3, 1) for n in range(len(TEXTS))]
    found = opinions(pl.DataFrame({"t": TEXTS, "d": days}), text="t", period="d")
    assert found is not None
    assert sorted(topic.texts for topic in found.topics) == [12, 12, 12]
    for topic in found.topics:
        assert sum(word in topic.quote for word in topic.terms[0].split()) > 0
        assert TEXTS[topic.quote_row] == topic.quote
    assert [n for _, n, _, _ in found.course] == [12, 12, 12]
    assert sum(found.tones.values()) == found.texts == found.written == 36
    assert opinions(pl.DataFrame({"t": TEXTS[:19]}), text="t") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("I love it, great quality", "good"), ("not good at all", "bad"), ("It is a table.", "mixed"),
     ("质量很好，非常满意", "good"), ("没有想象的好", "bad"), ("不满意，物流太慢", "bad"), ("今天下单", "mixed")],
)  # fmt: skip
def test_words_speak_well_or_ill(text: str, expected: str):
    assert tone(scores(pl.Series([text]))[0]) == expected


def test_ratings_come_before_words():
    stars = scores_of_ratings(pl.Series([1.0, 3.0, 5.0, None]))
    assert stars is not None
    assert stars.to_list() == [-1, 0, 1, None]
    assert scores_of_ratings(pl.Series([-4.0, 900.0])) is None
    found = opinions(pl.DataFrame({"t": TEXTS, "r": [1.0, 5.0, 3.0] * 12}), text="t", rating="r")
    assert found is not None
    assert found.by_rating
    assert found.tones == {"good": 12, "mixed": 12, "bad": 12}


def test_terms_are_words_pairs_and_pieces_of_chinese():
    assert terms_of("The late delivery. Parcel") == ["late", "delivery", "late delivery", "parcel"]
    assert terms_of("物流太慢") == ["物流"]
    assert without_parts(["parcel delivery", "deliveries", "colour"]) == ["parcel delivery", "colour"]


def test_a_long_text_is_quoted_to_the_end_of_a_word():
    text = quoted("<br />word " * 100)
    assert text.endswith("word…")
    assert len(text) <= 241
