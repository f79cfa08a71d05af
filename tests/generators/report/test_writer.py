"""Sentences by a language model: of the asked form, true, or plain. The model is a script here."""

import json
import re
from collections.abc import Iterator

import pytest

from generators.builtin.report.document import compose
from generators.builtin.report.sentence import plain
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.writer import TRIES, Writer, sentence_in
from generators.chat import ChatParams
from tests.generators.report.test_analysis import analysis
from tests.generators.report.test_planted import FACTS

PLAIN = "In {p.oct}, {m.revenue} rose by {revenue.change} to {revenue.oct}, compared with {p.sep}."
TRUE = "During {period}, {measure} grew by {change} and reached {amount}, compared with {period_b}."
NONSENSE = (
    "", "null", "[]", "{", '{"sentence": 3}', '{"sentence": ""}', '"In {period}."', "Revenue doubled to 300!",
    "{}" * 9_000,
    json.dumps({"sentence": TRUE.replace("{amount}", "293K")}),
    json.dumps({"sentence": TRUE.replace("grew", "fell")}),
    json.dumps({"sentence": TRUE.replace("and", "thanks to marketing and")}),
    json.dumps({"sentence": TRUE.replace("{period_b}", "{period}")}),
    json.dumps({"sentence": TRUE + " " + TRUE}),
    json.dumps({"sentence": TRUE.replace("grew by {change}", "{change} grew by")}),
    json.dumps({"sentence": TRUE.replace("compared with", "while the growth was in")}),
)  # fmt: skip


def scripted(*answers: str) -> tuple[Writer, list[ChatParams]]:
    asked: list[ChatParams] = []
    left: Iterator[str] = iter(answers)

    def ask(params: ChatParams) -> str:
        asked.append(params)
        return next(left)

    return Writer(ask, "en"), asked


def test_a_true_sentence_takes_the_place_of_the_plain_one_and_is_asked_for_once():
    writer, asked = scripted(json.dumps({"sentence": TRUE}))
    said = writer.reworded(PLAIN, FACTS)
    assert said == (
        "During {p.oct}, {m.revenue} grew by {revenue.change} and reached {revenue.oct}, compared with {p.sep}."
    )
    assert writer.reworded(PLAIN, FACTS) == said
    assert len(asked) == 1


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_refused_asked_for_again_and_at_last_the_plain_sentence_stands(answer: str):
    writer, asked = scripted(*[answer] * TRIES)
    assert writer.reworded(PLAIN, FACTS) == PLAIN
    assert (len(asked), writer.passed, len(writer.refused)) == (TRIES, 0, TRIES)


def test_the_model_is_told_no_number_and_its_grammar_allows_none():
    writer, asked = scripted(*["{}"] * TRIES)
    writer.reworded(PLAIN, FACTS)
    assert not re.search(r"\d", "".join(message.content for message in asked[0].messages))
    pattern = asked[0].json_schema["properties"]["sentence"]["pattern"]
    assert re.fullmatch(pattern, TRUE)
    assert not re.fullmatch(pattern, TRUE.replace("grew", "fell"))
    assert not re.fullmatch(pattern, TRUE.replace("{amount}", "300"))


def test_a_chinese_sentence_is_made_of_chinese_words():
    writer, asked = scripted(
        json.dumps({"sentence": "在{period}，{measure}增长{change}，达到{amount}，对比期为{period_b}。"})
    )
    writer.language = "zh"
    draft = "{p.oct}，{m.revenue}上升{revenue.change}，达到{revenue.oct}，对比期为{p.sep}。"
    assert writer.reworded(draft, FACTS).startswith("在{p.oct}，{m.revenue}增长")
    assert len(asked) == 1


def test_a_report_of_a_model_that_returns_nonsense_is_the_plain_report(make_table, shop_rows):
    data, params = make_table(shop_rows), ReportParams(period="month")
    said = compose(analysis(data, period="month"), data, params)
    broken = compose(
        analysis(data, period="month"), data, params, Writer(lambda chat: "<script>{n.rows} 42", "en")
    )
    assert [plain(s) for p in said.passages for s in p.sentences] == [
        plain(s) for p in broken.passages for s in p.sentences
    ]


def test_an_answer_without_a_sentence_is_none():
    assert sentence_in('{"sentence": "a"}') == "a"
    assert sentence_in("a") == ""
