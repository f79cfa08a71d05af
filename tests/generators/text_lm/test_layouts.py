"""Whole pieces that are put together from the facts, and the sentences in them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generators.builtin.text_lm.clauses import does, has, is_quality, thing
from generators.builtin.text_lm.edits import chinese
from generators.builtin.text_lm.edits.describing import lines, paragraphs
from generators.builtin.text_lm.edits.layouts import laid_out
from generators.builtin.text_lm.edits.plainer import longer, toned
from generators.builtin.text_lm.edits.telling import told_by
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.formats.fitting import fitted
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts
from generators.formats import room_used

TENT = """Name: Ridge 3-person tent
Material: 70% recycled polyester, 30% nylon
Capacity: 3 people
Weight: 2.6 kg
Details: freestanding, two doors, sets up in 5 minutes, front and rear vents, mallet not included, footprint included
Colours: moss, sand
Price: 349 EUR"""
SOCKS = """Name: Marlow merino socks
Details: reinforced heel, keep their shape, flat toe seam, machine washable, packs small
Sizes: 36 to 47
Price: £18"""
LISTING = """Name: Vega 14" Notebook - Ninth Gen - 512GB SSD
Features: Ninth Gen 8-Core Processor; 14" Anti-Glare Display; Backlit Keyboard; Sold Separately Pen; Quiet Fan Mode"""
WRITTEN = [form for form in FORMATS if laid_out(form, TENT, "Ridge 3-person tent")]


def pieces(form: str, facts: str) -> list[str]:
    return [
        FORMATS[form].written([texts[0] for texts in piece])
        for piece in laid_out(form, facts, product_name(facts))
    ]


def test_most_formats_are_put_together_where_the_facts_say_enough() -> None:
    assert len(WRITTEN) == 19
    assert laid_out("search_ad", "Name: Ridge tent\nPrice: 20 EUR", "Ridge tent") == []
    assert laid_out("search_ad", TENT, "") == []


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("facts", [TENT, SOCKS])
def test_a_piece_has_all_parts_keeps_its_limits_and_says_nothing_else_than_the_facts(
    form: str, facts: str
) -> None:
    known = Facts.of(facts)
    for piece in laid_out(form, facts, product_name(facts)):
        assert len(piece) == len(FORMATS[form].parts)
        for part, texts in zip(FORMATS[form].parts, piece, strict=True):
            assert texts
            for text in texts:
                assert text
                assert not part.limit or room_used(text, part.counting) <= part.limit
                assert known.findings(text) == []


_WORDS = st.sampled_from([*TENT.split(), *LISTING.split(), "🎈", ",", ";", ":", "(", "®", "not"])
_CLAUSES = st.lists(st.lists(_WORDS, max_size=30).map(" ".join), max_size=8).map(", ".join)
_FIELDS = st.sampled_from(
    ["Name", "Details", "Features", "Material", "Colour", "Size", "Price", "名称", "特点"]
)
_FACTS = st.lists(st.tuples(_FIELDS, _CLAUSES).map(": ".join), max_size=5).map("\n".join)


@settings(deadline=None, max_examples=25)
@given(facts=_FACTS | st.text(max_size=200))
@example(facts="Name: Bag\nPrice:\nColour: ,")
@example(facts="Name: Bag\nDetails: " + ", ".join(["steel lid that holds red tea " * 3, "washable lid " * 9]))
@example(facts="")
def test_whatever_the_facts_are_a_piece_is_whole_or_there_is_none(facts: str) -> None:
    name = product_name(facts)
    for form in FORMATS:
        for piece in (*laid_out(form, facts, name), *chinese.laid_out(form, facts)):
            assert all(texts and all(texts) for texts in piece), (form, piece)
    for told in (*lines(facts, name), *paragraphs(facts, name)):
        assert all(told)


@pytest.mark.parametrize("form", WRITTEN)
def test_variants_of_a_piece_differ(form: str) -> None:
    said = pieces(form, TENT)
    assert len(said) > 1
    assert len(set(said)) == len(said)


def test_bullets_ads_and_mail_read_as_people_write_them() -> None:
    assert pieces("product_bullets", TENT)[0] == (
        "- Made of 70% recycled polyester and 30% nylon\n- Two doors\n- Sets up in 5 minutes\n- Freestanding"
    )
    assert pieces("search_ad", TENT)[0] == (
        "Headline: Ridge 3-person Tent\nHeadline: Two Doors\nHeadline: Sets Up in 5 Minutes\n"
        "Description: The Ridge 3-person tent is made of 70% recycled polyester and 30% nylon.\n"
        "Description: It is freestanding, has two doors and sets up in 5 minutes."
    )
    mail = pieces("email", TENT)[0]
    assert mail.startswith("Subject: Meet the Ridge 3-person tent\nPreheader: ")
    assert "It costs 349 EUR." in mail
    assert "Button: See the tent" in mail
    assert "They cost £18." in pieces("email", SOCKS)[0]


def test_what_is_not_included_is_never_said_to_be() -> None:
    said = [text for form in WRITTEN for text in pieces(form, TENT)]
    said += [
        text
        for group in (*lines(TENT, "Ridge 3-person tent"), *paragraphs(TENT, "Ridge 3-person tent"))
        for text in group
    ]
    assert not any("mallet not." in text or "a mallet" in text for text in said)
    assert any("The mallet is not included." in text for text in said)
    assert any("comes with a footprint" in text for text in said)


def test_points_of_a_listing_become_bullets_without_its_small_print() -> None:
    assert pieces("product_bullets", LISTING)[0] == (
        '- Ninth Gen 8-Core Processor\n- 14" Anti-Glare Display\n- Backlit Keyboard\n- Quiet Fan Mode'
    )


def test_points_of_a_listing_become_ads_within_the_limits() -> None:
    found = [[texts[0] for texts in piece] for piece in laid_out("search_ad", LISTING, product_name(LISTING))]
    assert len(found) > 1
    for titles, texts in ((piece[:3], piece[3:]) for piece in found):
        assert all(len(title) <= 30 for title in titles)
        assert len(set(titles)) == 3
        assert all(len(text) <= 90 and text.endswith(".") for text in texts)
        assert len(set(texts)) == 2
    assert {piece[0] for piece in found} == {'Vega 14" Notebook'}
    assert (
        pieces("search_ad", "Name: Vega\nFeatures: One Longer Thing Than Titles Ever Take; Another of Them")
        == []
    )


def test_measures_colours_and_sizes_are_told_in_sentences() -> None:
    said = " ".join(text for group in paragraphs(TENT, "Ridge 3-person tent") for text in group)
    assert "It holds 3 people and weighs 2.6 kg." in said
    assert any(
        "It comes in moss and sand." in text for group in lines(TENT, "Ridge 3-person tent") for text in group
    )
    told = told_by(
        "Name: Cove speaker\nBattery: 10 hours\nAge: 3 to 10 years\nDetails: 100 g tin, everyday use"
    )
    assert told.parts == ["battery lasts 10 hours", "For ages 3 to 10.", "Made for everyday use."]
    assert told.doings == ["comes in a 100 g tin"]


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("sends reminders automatically", does),
        ("seats up to 120 kg", does),
        ("ships flat-packed", does),
        ("25 km/h top speed", has),
        ("offline listening", has),
        ("water repellent", is_quality),
        ("vegan", is_quality),
        ("GPS", has),
    ],
)
def test_clauses_are_of_the_right_kind(clause: str, kind: object) -> None:
    assert [one for one in (does, is_quality, has) if one(clause)][:1] == [kind]


def test_clauses_that_name_nothing_which_a_product_has_are_left_out() -> None:
    assert not any(map(has, ("all ingredients measured", "dinner for two")))
    assert [thing(one) for one in ("one book a month", "front and rear lights", "800-fill goose down")] == [
        "one book a month", "front and rear lights", "800-fill goose down"
    ]  # fmt: skip


def asked(**params: object) -> SampleParams:
    return SampleParams.model_validate({"product": TENT, "format": "search_ad"} | params)


def test_required_and_banned_terms_hold_in_what_is_put_together() -> None:
    form = FORMATS["search_ad"]
    kept = fitted(form, asked(required_terms=["two doors"], banned_terms=["freestanding"]), "en")
    assert not kept.is_composed or all("freestanding" not in str(part.choices).lower() for part in kept.parts)
    assert fitted(form, asked(required_terms=["two doors"]), "en").is_composed
    assert not fitted(form, asked(required_terms=["on sale"]), "en").is_composed


@pytest.mark.parametrize("wish", [{"tone": "playful"}, {"grounding": "numbers"}])
def test_the_network_writes_pieces_where_something_else_is_wished(wish: dict[str, object]) -> None:
    assert not fitted(FORMATS["search_ad"], asked(**wish), "en").is_composed
    assert not fitted(FORMATS["search_ad"], asked(), "de").is_composed
    assert not fitted(FORMATS["search_ad"], asked(), "en", is_trained=True).is_composed


TEA = """名称：云岭高山绿茶
规格：100 克
产地：云南
特点：手工采摘，清香回甘，销量第一，密封铁罐
价格：¥88"""


def test_chinese_pieces_are_put_together_from_chinese_facts() -> None:
    params = {"product": TEA, "format": "product_description"}
    form = fitted(FORMATS["product_description"], SampleParams.model_validate(params), "zh")
    assert form.parts[0].choices[0] == (
        "云岭高山绿茶：手工采摘，清香回甘，密封铁罐。规格100 克，产地云南。售价¥88。",
    )
    assert (
        not fitted(form, SampleParams.model_validate(params | {"tone": "playful"}), "zh")
        .about("", 9)
        .is_composed
    )


@pytest.mark.parametrize(
    "form",
    ["product_description_short", "product_bullets", "ad_headline", "search_ad", "post_xiaohongshu", "seo"],
)
def test_chinese_pieces_keep_their_limits_and_say_nothing_else_than_the_facts(form: str) -> None:
    known, found = Facts.of(TEA, language="zh"), chinese.laid_out(form, TEA)
    assert len(found) > 1
    for piece in found:
        for part, texts in zip(FORMATS[form].parts, piece, strict=True):
            assert not part.limit or room_used(texts[0], part.counting) <= part.limit
            assert [one for one in known.findings(texts[0]) if one.kind != "unproven"] == []
    assert chinese.laid_out(form, "名称：云岭高山绿茶") == []
    assert product_name(TEA) == "云岭高山绿茶"


def test_what_is_settled_is_written_once() -> None:
    form = fitted(FORMATS["search_ad"], asked(), "en")
    assert form.about("Ridge 3-person tent", 0).is_settled
    assert not form.about("Ridge 3-person tent", len(form.parts[0].choices)).is_settled
    assert not FORMATS["search_ad"].about("Ridge 3-person tent", 0).is_settled


def test_what_a_listing_includes_is_a_point_of_it() -> None:
    facts = "Name: Vega 2 Camera Bundle\nFeatures: Includes: Spare Battery, Compact Case; 5K Video and Photos"
    assert lines(facts, product_name(facts))[0][0].startswith(
        "Vega 2 Camera Bundle: Spare Battery, Compact Case"
    )


def test_a_longer_text_says_choices_and_what_is_not_included_rightly() -> None:
    facts = "Name: Fen mug\nDetails: blue or sand, lid not included, hand glazed"
    said = " ".join(longer("The Fen mug is here.", facts))
    assert "It comes in blue or sand." in said
    assert "The lid is not included." in said
    assert "has a blue" not in said


def test_what_is_got_out_of_a_thing_is_not_received() -> None:
    assert toned("You'll get many years out of it.", "formal")[0] == "You will get many years out of it."


@pytest.mark.parametrize(
    "form", ["search_ad", "product_description_short", "product_description", "product_bullets"]
)
def test_a_fact_with_a_banned_term_is_left_out_and_the_others_are_told(form: str) -> None:
    found = fitted(FORMATS[form], asked(format=form, banned_terms=["nylon", "freestanding"]), "en")
    assert found.is_composed
    said = str([part.choices for part in found.parts])
    assert "nylon" not in said
    assert "freestanding" not in said.lower()
    assert "two doors" in said.lower()
    assert "70% recycled polyester" in said


def test_three_paragraphs_are_put_together_and_no_line_says_far_less_than_others() -> None:
    assert len(paragraphs(TENT, "Ridge 3-person tent")) == 3
    for group in lines(TENT, "Ridge 3-person tent"):
        assert min(map(len, group)) >= 0.65 * max(map(len, group))
