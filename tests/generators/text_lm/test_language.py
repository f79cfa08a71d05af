"""The language of facts and texts."""

from pathlib import Path

import pytest

from generators.builtin.text_lm.language import language_of, name_of, wrongly_in
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.run import LocalRun


@pytest.mark.parametrize(
    ("facts", "language"),
    [
        ("A dining chair of oak with a woven seat.", "en"),
        ("حذاء جلدي مصنوع يدويا، السعر 49 دولارا", "ar"),
        ("شاحن سريع بقوة 20 واط", "ar"),
        ("נעלי עור בעבודת יד, מחיר 49 דולר", "he"),
        ("手工橡木餐椅，纸绳编织座面，可以叠放。", "zh"),
        ("皮鞋", "zh"),
        ("수제 가죽 구두, 가격 49달러", "ko"),
        ("кожаные ботинки ручной работы", "ru"),
        ("Skórzane buty ręcznie robione, cena 49 zł", "pl"),
        ("รองเท้าหนังทำมือ", "th"),
        ("Ember kettle holds 0.9 l", "en"),
        ("🙂🙂", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_facts_is_told(facts: str, language: str) -> None:
    assert language_of(facts) == language


def test_every_language_that_is_told_has_a_name() -> None:
    assert [name_of(code) for code in ("ar", "he", "th")] == ["Arabic", "Hebrew", "Thai"]


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("A desk lamp of steel that turns with your work.", "ar", "en"),
        ("A desk lamp of steel that turns with your work.", "zh", "en"),
        ("A desk lamp of steel that turns with your work.", "de", "en"),
        ("手工橡木餐椅，纸绳编织座面，可以叠放。", "en", "zh"),
        ("مصباح مكتب Luma من الفولاذ، يدور مع عملك", "ar", ""),
        ("Luma Desk Lamp 台灯采用钢材制成，可旋转调光，适合办公。", "zh", ""),
        ("Eine Lampe aus Stahl für den Schreibtisch.", "de", ""),
        ("Ember kettle", "en", ""),
        ("49 $", "ar", ""),
    ],
)
def test_a_text_in_another_language_is_found(text: str, asked: str, found: str) -> None:
    assert wrongly_in(text, asked) == found


@pytest.mark.usefixtures("local_folder")
def test_a_text_in_another_language_than_asked_is_marked_and_said_once(tmp_path: Path) -> None:
    params = SampleParams(
        product="حذاء جلدي مصنوع يدويا، السعر 49 دولارا",
        format="slogan",
        variants=2,
        candidates=1,
        unsupported="drop",
    )
    run = LocalRun(tmp_path)
    pieces = list(sample(None, params, run))
    assert len(pieces) == 2
    assert {one["kind"] for piece in pieces for one in piece.meta["parts"][0]["findings"]} == {"language"}
    assert [(notice.code, notice.text) for notice in run.notices] == [
        ("wrong_language", "Asked for Arabic, written in English: this network does not write Arabic.")
    ]
