"""Copies of training texts say listed words otherwise; everything else stays as it is."""

import re
from pathlib import Path

import pytest

from generators.builtin.text_gpt.spec import SPEC
from generators.data import Record
from generators.errors import BadParams
from generators.run import LocalRun
from generators.texts.corpus import read_corpus
from generators.texts.params import TextTrainParams
from generators.texts.synonyms import Synonyms, read_synonyms
from generators.tiny import write_data

LINES = ("warm, cosy, snug", "winter coat = parka", "暖和、温暖")


def known(share: float = 1.0) -> Synonyms:
    found = read_synonyms(LINES, share)
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Warm feet.", "(Cosy|Snug) feet."),
        ("A WARM day", "A (COSY|SNUG) day"),
        ("warmth and lukewarm", "warmth and lukewarm"),
        ("A winter coat in winter", "A parka in winter"),
        ("Parka", "Winter coat"),
        ("暖和", "温暖"),
        ("", ""),
    ],
)
def test_whole_words_are_replaced_with_their_capitals(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, known().varied(text, "1"))


def test_the_same_seed_gives_the_same_copies_and_equal_ones_are_left_out() -> None:
    texts = ["warm and snug", "no such word"]
    made = known(0.5).copies(texts, 3, seed=1)
    assert made == known(0.5).copies(texts, 3, seed=1)
    assert len(made) == len(set(made)) > 0
    assert not set(made) & set(texts)


@pytest.mark.parametrize(("lines", "says"), [(("warm",), "one word alone"), (("a, b", "B, c"), "two lines")])
def test_lines_that_are_no_groups_are_refused(lines: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadParams, match=says):
        read_synonyms(lines, 0.5)


def test_nothing_is_listed_by_default() -> None:
    assert read_synonyms(TextTrainParams().synonyms, 0.5) is None
    assert TextTrainParams().synonym_copies == 0


def test_only_training_texts_get_copies(tmp_path: Path) -> None:
    records = [
        Record(id=str(n), split="train" if n < 60 else "validation", text=f"warm mug {n}") for n in range(80)
    ]
    data = write_data(tmp_path / "data", "text", records)
    params = TextTrainParams(synonyms=LINES, synonym_copies=2, synonym_share=1, vocabulary_size=300)
    corpus = read_corpus(SPEC, data, LocalRun(tmp_path / "run"), params)
    plain = read_corpus(SPEC, data, LocalRun(tmp_path / "plain"), TextTrainParams(vocabulary_size=300))
    said = [corpus.tokens.text(text.tolist()) for text in corpus.texts]
    assert said[:60] == [plain.tokens.text(text.tolist()) for text in plain.texts]
    assert len(said) > 100
    assert {text.split()[0] for text in said[60:]} == {"cosy", "snug"}
    assert all(corpus.tokens.text(ids).startswith("warm") for ids in corpus.held_out)
