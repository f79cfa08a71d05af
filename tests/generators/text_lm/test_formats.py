"""The formats hold together: their worked examples keep the rules that they ask of the network."""

import pytest

from generators.builtin.text_lm.drafts import Facts
from generators.builtin.text_lm.fields import answers
from generators.builtin.text_lm.formats import FORMATS, fitting
from generators.builtin.text_lm.formats.reworking import fitted
from generators.builtin.text_lm.parts import taken_apart
from generators.builtin.text_lm.slips import mistaken_for
from generators.builtin.text_lm.spec import SPEC, SampleParams
from generators.formats import room_used

EXAMPLES = [(name, facts, texts) for name, form in FORMATS.items() for facts, texts in form.examples]


@pytest.mark.parametrize(("name", "facts", "texts"), EXAMPLES)
def test_an_example_keeps_its_limits_and_its_facts_and_comes_apart_again(
    name: str, facts: str, texts: tuple[str, ...]
) -> None:
    form = FORMATS[name].about("", 0)
    for part, text in zip(form.parts, texts, strict=True):
        assert not part.limit or room_used(text, part.counting) <= part.limit
        if form.group != "From a text":
            assert not [one for one in Facts.of(facts).findings(text) if one.kind == "number"]
    piece = taken_apart(form, form.written(texts).removesuffix(form.closing))
    assert piece is not None
    assert [one.lower() for one in piece.parts] == [text.lower() for text in texts]


@pytest.mark.parametrize(
    ("text", "counting", "room"),
    [("Warm light", "wide", 10), ("温暖的灯光", "wide", 10), ("温暖", "characters", 2), ("é", "weighted", 1),
     ("灯 light", "weighted", 8), ("🙂", "weighted", 2), ("ｱ", "wide", 1), ("", "wide", 0), ("\u09b3", "wide", 1)],
)  # fmt: skip
def test_room_is_counted_as_the_platform_counts(text: str, counting: str, room: int) -> None:
    assert room_used(text, counting) == room  # type: ignore[arg-type]


def test_the_spec_offers_each_format_once_with_at_least_one_carrier_of_terms() -> None:
    assert [form.name for form in SPEC.formats] == list(FORMATS)
    assert all(
        sum(part.carries for part in form.parts) == 1 for form in FORMATS.values() if form.name != "slogan"
    )


@pytest.mark.parametrize(
    ("change", "source", "least", "most", "longest"),
    [("shorter", "It shines. It warms.", 1, 1, 40), ("longer", "It shines. It warms.", 3, 4, 0),
     ("tone", "It shines. It warms.", 1, 2, 0)],
)  # fmt: skip
def test_a_rewrite_has_room_for_what_is_wished(
    change: str, source: str, least: int, most: int, longest: int
) -> None:
    params = SampleParams(product="A lamp", format="rewrite", source=source, change=change, tone="formal")  # type: ignore[arg-type]
    form = fitted(FORMATS["rewrite"], params)
    part = form.parts[0]
    assert (part.least, part.most, part.limit) == (least, most, longest)
    assert ("formal" in form.request) == (change == "tone")


FACTS = """Name: Fir kettle
Material: steel, oak
Capacity: 0.9 l
Price: $49
Details: long spout, works on gas, dishwasher safe"""


def test_fields_answer_questions_in_their_own_words() -> None:
    assert [said.answer for said in answers(FACTS)] == [
        "It is made of steel.", "The capacity is 0.9 l.", "It costs $49.", "It works on gas.",
        "It has a long spout.",
    ]  # fmt: skip
    assert answers("Wool cap, lined, from Norway, keeps warm")[0].answer == "It keeps warm."
    assert answers("") == []


def test_what_facts_say_themselves_is_not_left_to_chance() -> None:
    params = SampleParams(product=FACTS, format="faq", tone="friendly")
    parts = fitting.fitted(FORMATS["faq"], params, "en").parts
    assert [part.kept for part in parts[2:]] == [
        "What is it made of?", "It is made of steel.", "What is the capacity?", "The capacity is 0.9 l.",
    ]  # fmt: skip
    page = fitting.fitted(FORMATS["landing_page"], params, "en")
    assert [part.kept for part in page.parts if part.name == "benefit"] == [
        "Long spout", "Works on gas", "Dishwasher safe",
    ]  # fmt: skip
    assert fitting.fitted(FORMATS["faq"], params, "de") is FORMATS["faq"]
    kept = page.keeping(["My words", *[""] * (len(page.parts) - 1)])
    assert [part.kept for part in kept.parts if part.kept][:2] == ["My words", "Long spout"]


def test_a_product_is_told_from_what_it_has() -> None:
    assert mistaken_for("It's a long spout, it works on gas.", FACTS) == ["It's a long spout"]
    assert mistaken_for("It has a long spout and is dishwasher safe.", FACTS) == []
    assert mistaken_for("It has a long spout.", "") == []
    assert mistaken_for("It has a works on gas.", FACTS) == ["has a works on gas"]


def test_a_headline_is_varied_as_a_headline() -> None:
    params = SampleParams(product="A lamp", format="variations", source="Warm Light for Long Evenings")
    part = fitted(FORMATS["variations"], params).parts[0]
    assert (part.kind, part.limit) == ("line", 38)
