"""Descriptions that are put together from the facts."""

import pytest

from generators.builtin.text_lm.clauses import does, has, is_quality, says_itself, thing, whole
from generators.builtin.text_lm.edits.describing import lines, paragraphs
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.formats.fitting import fitted
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts

SCALE = """Name: Brook kitchen scale
Material: brushed steel, glass top
Weight: 640 g
Details: weighs up to 5 kg, easy to wipe clean, two AA batteries included, plate can be taken off
Colour: Sea green
For: bakers and home cooks"""
LISTING = """Name: Vega 14" Notebook - Ninth Gen - 512GB SSD - Backlit Keyboard and a Camera
Features: Ninth Gen 8-Core Processor; 14" Anti-Glare Display, 300 Nits; Backlit Keyboard with Reader; Buy it Today!"""


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("keeps bread fresh", does),
        ("does not slip", does),
        ("lid snuffs the flame", says_itself),
        ("each bowl is different", says_itself),
        ("glass can be refilled", says_itself),
        ("machine washable on a wool cycle", is_quality),
        ("ready in 30 minutes", is_quality),
        ("cut from one plank", is_quality),
        ("waterproof 10,000 mm", is_quality),
        ("braided cable", has),
        ("thermometer in the lid", has),
        ("sleeves that lengthen", has),
        ("plastic free packaging", has),
        ("6 mm drop", has),
    ],
)
def test_a_clause_is_of_one_kind(clause: str, kind: object) -> None:
    kinds = (does, says_itself, is_quality, has)
    assert [one for one in kinds if one(clause)][:1] == [kind]


def test_times_and_spans_are_no_things_that_a_product_has() -> None:
    assert not any(map(has, ("8 hours", "40 to 208 beats", "350 ml", "for all hobs")))


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("8 mm drop", "an 8 mm drop"),
        ("RFID lock", "an RFID lock"),
        ("USB-C port", "a USB-C port"),
        ("own compressor", "its own compressor"),
        ("sleeves that lengthen", "sleeves that lengthen"),
        ("brim that stays put", "a brim that stays put"),
        ("heat protection", "heat protection"),
        ("D-ring at the back", "a D-ring at the back"),
        ("no side seams", "no side seams"),
    ],
)
def test_a_thing_has_the_article_that_it_takes(clause: str, said: str) -> None:
    assert thing(clause) == said


def test_a_part_of_a_product_is_told_in_a_sentence() -> None:
    assert whole("lid snuffs the flame") == "The lid snuffs the flame."
    assert whole("each glaze is different") == "Each glaze is different."


def test_a_line_says_the_facts_in_sentences() -> None:
    groups = lines(SCALE, "Brook kitchen scale")
    assert groups[0][0] == (
        "The Brook kitchen scale is made of brushed steel, has a glass top and weighs up to 5 kg. The plate can be "
        "taken off."
    )
    assert "Made of brushed steel, the Brook kitchen scale" in groups[-2][0]
    said = [line for group in groups for line in group]
    assert len(set(said)) == len(said)
    assert all(len(line) <= 160 for line in said)


def test_several_things_are_spoken_of_in_the_plural() -> None:
    facts = "Name: Fell gaiters\nMaterial: nylon\nDetails: steel hook, keeps snow out, sizes S to XL"
    assert (
        lines(facts, "Fell gaiters")[0][0]
        == "The Fell gaiters are made of nylon, have a steel hook and keep snow out. They come in sizes S to XL."
    )


def test_a_paragraph_needs_four_facts() -> None:
    assert paragraphs("Name: Fell gaiters\nMaterial: nylon\nDetails: steel hook", "Fell gaiters") == []
    (begun,), *_ = paragraphs(SCALE, "Brook kitchen scale")
    assert begun.startswith(
        "Our Brook kitchen scale is made of brushed steel, is easy to wipe clean and has a glass top. It "
    )
    assert "The weight is 640 g." in begun


def test_a_listing_is_told_as_shops_list_it() -> None:
    (first, *_), *_ = lines(LISTING, product_name(LISTING))
    assert first == (
        'Vega 14" Notebook: Ninth Gen 8-Core Processor; 14" Anti-Glare Display, 300 Nits; Backlit Keyboard with Reader.'
    )
    assert paragraphs(LISTING, product_name(LISTING)) == []


def test_headings_parts_of_sentences_and_bare_measures_of_a_listing_are_no_things_it_comes_with() -> None:
    listing = (
        "Name: Vega OLED Bundle (64GB)\nFeatures: Bundle Includes:; now Supercharged by a Chip; 2.7 Pounds; "
        "Always Records in Colour; Vega OLED Model; Licensed MicroSD Card; Protection Case; "
        "A Battery that will Power your"
    )
    told = " ".join(line for group in lines(listing, product_name(listing)) for line in group)
    assert "with Vega OLED Model, Licensed MicroSD Card and Protection Case." in told
    assert "Includes" not in told
    assert "now" not in told
    assert "Power" not in told


def test_facts_that_say_little_are_left_to_the_network() -> None:
    assert lines("Name: Brook kitchen scale\nPrice: 20 EUR", "Brook kitchen scale") == []
    assert lines("A scale", "") == []


@pytest.mark.parametrize("facts", [SCALE, LISTING])
def test_what_is_put_together_says_nothing_that_the_facts_do_not(facts: str) -> None:
    name = product_name(facts)
    said = [text for group in (*lines(facts, name), *paragraphs(facts, name)) for text in group]
    assert said
    assert [text for text in said if Facts.of(facts).findings(text)] == []


def asked(**params: object) -> SampleParams:
    return SampleParams.model_validate({"product": SCALE, "format": "product_description_short"} | params)


def test_variants_beyond_the_wordings_are_written_by_the_network() -> None:
    form = fitted(FORMATS["product_description_short"], asked(), "en")
    groups = len(form.parts[0].choices)
    assert form.about("Brook kitchen scale", groups - 1).is_composed
    assert not form.about("Brook kitchen scale", groups).is_composed


@pytest.mark.parametrize(
    "wish", [{"tone": "playful"}, {"grounding": "numbers"}, {"required_terms": ["on sale"]}]
)
def test_the_network_writes_where_something_else_is_wished(wish: dict[str, object]) -> None:
    assert not fitted(FORMATS["product_description_short"], asked(**wish), "en").is_composed


def test_a_network_that_learnt_the_teams_texts_writes_itself() -> None:
    form = FORMATS["product_description"]
    assert fitted(form, asked(format="product_description"), "en").is_composed
    assert not fitted(form, asked(format="product_description"), "en", is_trained=True).is_composed
    assert not fitted(form, asked(format="product_description"), "de").is_composed
