from pathlib import Path

import pytest

from generators.boasts import boasts_in, without_boasts
from generators.builtin.text_lm.facts import product_name
from generators.builtin.text_lm.fingerprints import Fingerprints
from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.ranking import WEIGHTS, House, scores
from generators.builtin.text_lm.rules.wording import Wording, number_phrases
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.slips import says_twice, slips
from generators.builtin.text_lm.spec import SampleParams
from generators.builtin.text_lm.truth.check import Facts
from generators.builtin.text_lm.truth.quantities import quantities_in, supported
from generators.run import LocalRun

KETTLE = Facts.of(
    "Name: Ember kettle\nMaterial: stainless steel\nCapacity: 0.9 l\nPrice: $49\nDetails: two lids"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Ember kettle holds 0.9 l and costs $49.", []),
        ("It holds 900 ml.", []),
        ("It holds 0,9 litres.", []),
        ("Two lids of steel.", []),
        ("A 49-day journey.", [("number", "49-day")]),
        ("It holds 1.2 l.", [("number", "1.2 l")]),
        ("Three lids.", [("number", "Three")]),
        ("容量900毫升，售价49元。", [("number", "49元")]),
        ("It is made by Acme Mills.", [("name", "Acme Mills")]),
        ("Waterproof and made of bamboo.", [("claim", "Waterproof"), ("claim", "bamboo")]),
        ("The best kettle, 第一品牌.", [("claim", "best"), ("claim", "第一")]),
        ("Ember Kettle Boils Water Fast", []),
        ("This is the Kettle's lid.", []),
    ],
)
def test_what_the_facts_do_not_say_is_found_with_its_place(text: str, found: list[tuple[str, str]]) -> None:
    findings = KETTLE.findings(text)
    assert [(one.kind, one.text) for one in findings] == found
    assert all(text[one.start : one.end] == one.text for one in findings)


def test_a_claim_is_supported_in_another_language() -> None:
    assert Facts.of("耳机，蓝牙，防水").findings("It has bluetooth and is waterproof.") == []


def test_terms_are_found_as_words_of_their_own() -> None:
    findings = KETTLE.findings("A calmly made lid.", banned=["calm"], required=["Tide Club"])
    assert [(one.kind, one.text) for one in findings] == [("required", "Tide Club")]
    assert [one.text for one in KETTLE.findings("Calm, so calm.", banned=["calm"])] == ["Calm", "calm"]


@pytest.mark.parametrize(
    ("facts", "text", "is_supported"),
    [("1,299 EUR", "1299 EUR", True), ("0.5 kg", "500 g", True), ("2 years", "24 months", True), ("5 m", "5 cm", False),
     ("$49", "49", True), ("12 h", "12", True), ("4-pack", "4", True), ("1.299,00 €", "1299 €", True)],
)  # fmt: skip
def test_a_number_is_supported_in_any_unit_of_its_dimension(
    facts: str, text: str, is_supported: bool
) -> None:
    (quantity,) = quantities_in(text)
    assert supported(quantity, quantities_in(facts)) is is_supported


def test_a_number_keeps_the_words_that_say_what_it_is() -> None:
    facts = "Name: Jacket\nMaterial: waterproof 10,000 mm\nCapacity: 0.9 l\nPrice: 129 EUR\nDetails: burns 40 hours"
    assert number_phrases(facts) == [
        "at 129 EUR", "burns 40 hours", "capacity is 0.9 l", "capacity of 0.9 l", "for 129 EUR", "waterproof 10,000 mm",
    ]  # fmt: skip


EMBER = House("Ember kettle")


def scored(
    text: str, *, fluency: float = -1.0, others: tuple[str, ...] = (), house: House = EMBER
) -> dict[str, float]:
    return scores(
        text, findings=KETTLE.findings(text), facts=KETTLE, house=house, fluency=fluency, others=others
    )


def test_the_total_is_the_weighted_mean_of_the_scores() -> None:
    found = scored("The Ember kettle has two lids of stainless steel.")
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert found["total"] == pytest.approx(sum(WEIGHTS[name] * found[name] for name in WEIGHTS), abs=1e-3)
    assert found["facts"] == found["brand"] == found["novelty"] == 1


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("The Ember kettle holds 0.9 l.", "The Ember kettle holds 5 l."),
        ("The Ember kettle has two lids.", "This one has two lids of its own."),
        ("Tea for you, from the Ember kettle.", "The Ember kettle, the Ember kettle, the Ember kettle."),
    ],
)
def test_a_supported_named_and_varied_text_scores_higher(better: str, worse: str) -> None:
    assert scored(better)["total"] > scored(worse)["total"]


def test_a_copy_of_another_text_is_not_new() -> None:
    text = "The Ember kettle has two lids."
    assert scored(text, others=(text,))["novelty"] == 0


def test_a_copy_of_what_the_network_learned_from_is_not_new() -> None:
    text = "The Ember kettle has two lids of stainless steel."
    learned = Fingerprints.read(
        Fingerprints.of([text, "Another one that is long enough to count."]).written()
    )
    assert scored(text, house=House("Ember kettle", learned=learned))["novelty"] == 0
    assert (
        scored("Two lids, and both are made of stainless steel.", house=House(learned=learned))["novelty"]
        == 1
    )


def test_a_sample_of_hashes_tells_the_share_that_was_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generators.builtin.text_lm.fingerprints.KEPT", 200)
    known, new = (" ".join(f"{name}{number}" for number in range(2000)) for name in "ab")
    learned = Fingerprints.read(Fingerprints.of([known]).written())
    assert learned.share_in(known) == 1
    assert learned.share_in(new) == 0
    assert 0.4 < learned.share_in(f"{known} {new}") < 0.6


def test_a_decimal_point_does_not_end_a_name() -> None:
    assert product_name('Name: HP 23.8" Desktop, grey') == 'HP 23.8" Desktop'


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ("Ember pour-over kettle, stainless steel, 0.9 l", "Ember pour-over kettle"),
        ("Oak dining chair, made by hand", "oak dining chair"),
        ("Garden hose, 20 m", "garden hose"),
        ("USB-C cable, 2 m", "USB-C cable"),
    ],
)
def test_a_name_keeps_its_capital_where_its_first_word_is_no_plain_one(facts: str, name: str) -> None:
    assert product_name(facts) == name


def test_a_hashtag_of_the_name_is_supported() -> None:
    facts = Facts.of("Name: Luma desk lamp")
    assert facts.findings("See it tonight. #LumaDeskLamp") == []
    assert [one.text for one in facts.findings("See it tonight. #LumaDeskBerlin")] == ["LumaDeskBerlin"]


@pytest.mark.parametrize(
    "text",
    [
        "It comes in a rain pockets.", "Blue or sand with.", "The the lamp.", "It folds into's.",
        "It has the in hand.", 'A 16 " screen.', "It is a one of a set.", "Dry hands and.",
    ],
)  # fmt: skip
def test_slips_are_found(text: str) -> None:
    assert slips(text)


def test_careful_texts_have_no_slips() -> None:
    shown = [text for form in FORMATS.values() for _, texts in form.examples for text in texts]
    assert {text: found for text in shown if (found := slips(text))} == {}


def test_a_run_of_words_that_comes_again_is_told_unless_it_is_the_name() -> None:
    twice = "The Dell XPS with a 13th Gen Intel Core, a 13th Gen Intel Core."
    assert says_twice(twice, "")
    assert not says_twice(twice, "13th Gen Intel Core")
    assert not says_twice("Warm hands, warm heart, warm hands.", "")


def test_the_words_of_a_number_stay_with_it_and_field_names_are_not_said() -> None:
    facts = 'Name: Raider\nPrice: $9\nFeatures: NVIDIA RTX 4070, folds into a satchel, 15.6" display'
    wording = Wording.plain(facts, [])
    assert {"NVIDIA", "satchel's"} <= wording.own
    assert not wording.own & {"Price", "price", "Features", "into's"}
    assert "15.6\\-inch display" in wording.sentence.replace("\\.", ".")
    assert "|RTX|" not in wording.sentence


def test_what_a_product_is_made_of_is_a_material() -> None:
    assert slips("The backpack is made of a ventilated back, rain cover.")
    assert not slips("The throw is made of soft lambswool, the lid from oak.")


def test_a_name_may_have_its_capital_inside() -> None:
    facts = Facts.of("Name: iMac 24\nScreen: 4.5K, sRGB\nShop: Nintendo eShop")
    assert facts.findings("The iMac 24 has a 4.5K screen in sRGB, from the Nintendo eShop.") == []
    assert [one.text for one in facts.findings("See it on the iPad in the shop.")] == ["iPad"]


CHARGER = "Name: Volt charger\nPrice: $1\nDetails: Best charger ever, $1, the world's smallest, 20 W"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Volt charger: the best charger ever for $1.", ["best"]),
        ("The world’s smallest charger gives 20 W.", ["world’s smallest"]),
        ("The Volt charger costs $1 and gives 20 W.", []),
    ],
)
def test_a_superlative_of_the_facts_needs_a_proof(text: str, found: list[str]) -> None:
    facts = Facts.of(CHARGER)
    assert [(one.kind, one.text) for one in facts.findings(text)] == [("unproven", one) for one in found]
    proven = Facts.of(
        CHARGER, proven=["Best charger 2026 (Example Tests)", "The world’s smallest 20 W charger"]
    )
    assert proven.findings(text) == []


def test_the_brand_proves_what_the_facts_do_not_say() -> None:
    assert Facts.of("Name: Volt charger", proven=["Recycled aluminium"]).findings("Recycled aluminium.") == []


@pytest.mark.parametrize(
    "plain",
    [
        "Best before 2027.", "It works best with a steel pan.", "Look and sound your best.", "At its best in June.",
        "Bring out the best in every family moment.", "第一次使用前请清洗。", "The latest forest green guest chest.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_superlative_is_none(plain: str) -> None:
    assert list(boasts_in(plain)) == []


def test_clauses_that_boast_are_left_out_of_what_is_put_together() -> None:
    assert without_boasts(CHARGER, name="Volt charger") == "Name: Volt charger\nPrice: $1\nDetails: $1, 20 W"
    assert without_boasts("Name: Kettle\n\nBest kettle. Steel.") == "Name: Kettle\n\nSteel."
    assert without_boasts(CHARGER, proven=["best charger", "the world's smallest"]) == CHARGER


def test_a_product_may_be_called_by_a_superlative() -> None:
    facts = Facts.of("Name: Best Friends collar\nMaterial: leather")
    assert facts.unproven == ()
    assert facts.findings("The Best Friends collar is made of leather.") == []


@pytest.mark.usefixtures("local_folder")
def test_superlatives_of_the_facts_are_not_written(tmp_path: Path) -> None:
    params = SampleParams(product=CHARGER, format="ad_headline", variants=4, candidates=1, unsupported="mark")
    for piece in sample(None, params, LocalRun(tmp_path)):
        assert "best" not in (piece.text or "").lower()
