"""Each rule finds what breaks it, at its place, and mends what a program can mend."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from brandkiln.brand.rules.pictures import read_picture
from brandkiln.brand.rules.rule import Finding, Known
from brandkiln.brand.verdict import TEXT_RULES, judge_picture, judge_text, mended
from brandkiln.projects.guide import Guide
from PIL import Image, ImageDraw

from generators.contrast import contrast, rgb_of

LONG = "We mend what we sell because a shoe that lasts is the best shoe that anybody could ever hope to own."
HARD = (
    "Our organisation facilitates comprehensive optimisation of multidimensional infrastructural capabilities, "
    "and that is so notwithstanding the considerable heterogeneity characterising "
    "contemporary manufacturing environments internationally."
)


def guide(**rules: Any) -> Guide:
    return Guide.model_validate(rules)


def found(rule: str, text: str, **known: Any) -> list[Finding]:
    """What one rule finds; it must apply."""
    asked = Known(**({"guide": Guide(), "today": date(2026, 3, 1)} | known))
    tested = {one.rule: one.findings for one in judge_text(text, asked)}
    return list(tested[rule])


def quotes(text: str, findings: list[Finding]) -> list[str]:
    return [text[one.start : one.end] for one in findings]


@pytest.mark.parametrize(
    ("rule", "known", "text", "wrong", "better"),
    [
        ("banned_terms", {"banned": ("cheap",)}, "Cheap, not cheapest.", ["Cheap"], None),
        ("banned_terms", {"banned": ("best in the world",)}, "the Best-in-the  world", ["Best-in-the  world"], None),
        ("banned_terms", {"banned": ("最好",)}, "这是最好的鞋", ["最好"], None),
        ("spelling", {"guide": guide(spellings=[{"wrong": "email", "right": "e-mail"}])},
         "Email us. An e-mail helps.", ["Email"], "E-mail us. An e-mail helps."),
        ("spelling", {"guide": guide(spellings=[{"wrong": "brandkiln", "right": "Brandkiln"}])},
         "brandkiln and BRANDKILN and Brandkiln", ["brandkiln"], "Brandkiln and BRANDKILN and Brandkiln"),
        ("emoji", {"guide": guide(most_emoji=0)}, "Warm feet 👩🏽‍🚒 today ☀️.", [" 👩🏽‍🚒", " ☀️"], "Warm feet today."),
        ("emoji", {"guide": guide(most_emoji=1)}, "One 🔥 two 🔥", [" 🔥"], "One 🔥 two"),
        ("exclamation_marks", {"guide": guide(most_exclamation_marks=0)}, "Warm!! Really?!", ["!!", "!"],
         "Warm. Really?"),
        ("exclamation_marks", {"guide": guide(most_exclamation_marks=1)}, "Warm! Dry!", ["!"], "Warm! Dry."),
        ("capitals", {"guide": guide(capitals="none")}, "GREAT shoes, TODAY only. USB and NASA-grade.",
         ["GREAT", "TODAY"], "Great shoes, today only. USB and NASA-grade."),
        ("punctuation", {"guide": guide(tidy_punctuation=True)}, "Warm  feet , always.. Yes??",
         ["  ", " ", "..", "??"], "Warm feet, always. Yes?"),
        ("quotes", {"guide": guide(quotes="curly")}, 'It\'s "dry" at 27" and more.', ["'", '"', '"'],
         "It’s “dry” at 27\" and more."),
        ("quotes", {"guide": guide(quotes="straight")}, "It’s “dry”.", ["’", "“", "”"], "It's \"dry\"."),
        ("serial_comma", {"guide": guide(serial_comma="always")}, "Wool, felt and cork.", [" and"],
         "Wool, felt, and cork."),
        ("serial_comma", {"guide": guide(serial_comma="never")}, "Wool, felt, and cork.", [", and"],
         "Wool, felt and cork."),
        ("address", {"guide": guide(address="formal")}, "你可以放心选择我们的产品", ["你"], "您可以放心选择我们的产品"),
        ("address", {"guide": guide(address="formal")}, "Wir sind da, und du bist nicht allein.", ["du"], None),
        ("address", {"guide": guide(address="informal")}, "Nous sommes là avec vous et pour tous.", ["vous"], None),
        ("sentence_length", {"guide": guide(longest_sentence=12)}, f"Short. {LONG}", [LONG], None),
        ("claims", {"guide": guide(claims_only=True), "facts": "the best shirt"}, "The best shirt.", ["best"], None),
        ("claims", {"guide": guide(claims_only=True, claims=[{"text": "waterproof to 10 m"}])},
         "Waterproof and recycled.", ["recycled"], None),
        ("expired_claims", {"guide": guide(claims=[{"text": "organic", "expires": "2026-02-28"}])},
         "Our organic wool.", ["organic"], None),
        ("limits", {"guide": guide(limits=[{"channel": "x_post", "most": 5}]), "channel": "x_post"},
         "Hello you", [" you"], None),
    ],
)  # fmt: skip
def test_a_rule_finds_and_mends(
    rule: str, known: dict[str, Any], text: str, wrong: list[str], better: str | None
) -> None:
    findings = found(rule, text, **known)
    assert quotes(text, findings) == wrong
    if better is None:
        assert all(one.fix is None for one in findings)
    else:
        assert mended(text, findings) == better
        assert not found(rule, better, **known), "a mended text keeps the rule"


@pytest.mark.parametrize(
    ("rule", "known", "text"),
    [
        ("banned_terms", {"banned": ("cat",)}, "A category of its own."),
        ("emoji", {"guide": guide(most_emoji=0)}, "Room 5, © 2026, №1 → here ✓"),
        ("capitals", {"guide": guide(capitals="none")}, "USB, UNESCO-listed? No: HDMI and www.EXAMPLE.com"),
        (
            "punctuation",
            {"guide": guide(tidy_punctuation=True)},
            "Wait … 1,000.50 at 10:30; a.b@example.com, fine...",
        ),
        ("serial_comma", {"guide": guide(serial_comma="always")}, "When it rains, we walk and sing."),
        ("address", {"guide": guide(address="formal")}, "Sie sind da, und wir helfen Ihnen mit der Wahl."),
        (
            "expired_claims",
            {"guide": guide(claims=[{"text": "organic", "expires": "2026-03-01"}])},
            "organic",
        ),
        ("claims", {"guide": guide(claims_only=True), "facts": "a linen shirt"}, "Cool linen."),
        (
            "claims",
            {"guide": guide(claims_only=True, claims=[{"text": "best shirt 2026"}])},
            "The best shirt.",
        ),
        ("required_terms", {"required": ("Hearth & Trail",)}, "By Hearth & Trail."),
    ],
)
def test_a_rule_leaves_alone_what_keeps_it(rule: str, known: dict[str, Any], text: str) -> None:
    assert not found(rule, text, **known)


def test_what_is_missing_is_of_the_whole_piece() -> None:
    (one,) = found("required_terms", "Shoes.", required=("felt",))
    assert (one.start, one.end, one.values) == (0, 0, {"term": "felt"})


def test_the_reading_level_is_told_with_its_figure() -> None:
    (one,) = found("reading_level", HARD, guide=guide(hardest_grade=9))
    assert float(one.values["grade"]) > 20


@pytest.mark.parametrize("text", ["", "Kurz.", "Shoes for you."])
def test_a_rule_that_cannot_judge_a_text_is_not_tested(text: str) -> None:
    asked = Known(guide=guide(hardest_grade=9, address="formal"))
    assert not judge_text(text, asked)


def test_nothing_is_tested_that_the_brand_did_not_ask_for() -> None:
    assert judge_text("CHEAP!!! 🔥", Known(guide=Guide())) == ()
    assert len({rule.name for rule in TEXT_RULES}) == len(TEXT_RULES)


def picture(ground: str, shape: str, size: tuple[int, int] = (240, 240)) -> BytesIO:
    drawn = Image.new("RGB", size, ground)
    ImageDraw.Draw(drawn).rectangle((80, 80, 160, 160), fill=shape)
    target = BytesIO()
    drawn.save(target, "PNG")
    return target


@pytest.mark.parametrize(
    ("rules", "drawn", "broken"),
    [
        ({"background": "#ffffff"}, ("#ffffff", "#222222"), False),
        ({"background": "#ffffff"}, ("#2244cc", "#222222"), True),
        ({"in_palette": True}, ("#ffffff", "#b4532a"), False),
        ({"in_palette": True}, ("#22cc44", "#b4532a"), True),
        ({"least_width": 240}, ("#ffffff", "#222222"), False),
        ({"least_width": 241}, ("#ffffff", "#222222"), True),
        ({"least_contrast": 3}, ("#ffffff", "#222222"), False),
        ({"least_contrast": 3}, ("#ffffff", "#eeeeaa"), True),
    ],
)
def test_pictures_are_judged(rules: dict[str, Any], drawn: tuple[str, str], broken: bool) -> None:
    asked = Known(guide=guide(pictures=rules), palette=("#b4532a", "#e9dcc6"))
    (tested,) = judge_picture(read_picture(picture(*drawn)), asked)
    assert bool(tested.findings) == broken
    for one in tested.findings:
        assert one.region is None or all(0 <= side <= 1 for side in one.region)


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast(rgb_of("#000000"), rgb_of("#ffffff")) == pytest.approx(21)
    assert contrast(rgb_of("#777777"), rgb_of("#ffffff")) == pytest.approx(4.48, abs=0.01)
