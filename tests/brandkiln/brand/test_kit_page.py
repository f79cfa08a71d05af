"""The page of the brand kit keeps what is typed, and a guide proposes rules that a person accepts."""

from typing import Any

import pytest
from brandkiln.brand.accepting import merged, standing
from brandkiln.brand.models import Logo
from brandkiln.brand.proposals import propose
from brandkiln.dashboard.brand_form import BrandKitForm
from brandkiln.projects.models import BrandKit
from brandkiln.projects.services import update_brand_kit
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.brandkiln.brand.test_rules import picture
from tests.brandkiln.datasets.readers.pages import pdf
from tests.factories import Cast

GUIDE = """Hearth & Trail brand guide
Our tone of voice is warm, plain and exact. We write for people who mend before they buy.
Never use "revolutionary" or "game-changing". Avoid these words: cheap, luxury.
Write "e-mail", not "email". Do not use exclamation marks. Emoji: never in e-mails or ads.
Keep sentences to at most 20 words. Aim for a reading level of grade 8.
Our colours are #B4532A and #2f4a3c. Headlines are set in the typeface Source Serif Pro.
All our felt is Oeko-Tex certified. Use the Oxford comma. No all caps in headlines.
Always mention "Hearth & Trail" by name.
避免使用“最好”。
We speak to people who cook. Our stoneware is dishwasher safe. Subject lines have at most 45 characters.
"""
PROPOSED = [
    ("voice", "Our tone of voice is warm, plain and exact."),
    ("audience", "We write for people who mend before they buy."),
    ("banned_terms", "revolutionary"), ("banned_terms", "game-changing"), ("banned_terms", "cheap"),
    ("banned_terms", "luxury"), ("guide.spellings", "email → e-mail"), ("guide.most_exclamation_marks", "0"),
    ("guide.most_emoji", "0"), ("guide.longest_sentence", "20"), ("guide.hardest_grade", "8"), ("colours", "#b4532a"),
    ("colours", "#2f4a3c"), ("fonts", "Source Serif Pro"), ("guide.claims", "All our felt is Oeko-Tex certified"),
    ("guide.serial_comma", "always"), ("guide.capitals", "none"), ("required_terms", "Hearth & Trail"),
    ("banned_terms", "最好"), ("audience", "We speak to people who cook."),
    ("guide.claims", "Our stoneware is dishwasher safe"), ("guide.limits", "email / subject: 45"),
]  # fmt: skip
SENT: dict[str, Any] = {
    "voice": "Warm.", "banned_terms": "cheap\nluxury", "spellings": "email -> e-mail", "most_emoji": "0",
    "limits": "email / subject: 45\nsocial post: 280", "claims_only": "on", "colours": "#B4532A",
    "background": "#ffffff", "least_width": "800", "logo_space": "0.5", "capitals": "on",
    "claims-TOTAL_FORMS": "2", "claims-INITIAL_FORMS": "0", "claims-0-text": "Oeko-Tex certified",
    "claims-0-proof": "No. 12", "claims-0-expires": "2027-01-31", "claims-1-text": "",
}  # fmt: skip


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben)
    return client


def address(name: str = "project_brand") -> str:
    return reverse(f"dashboard:{name}", args=["acme", "spring"])


def test_what_is_typed_is_kept_and_shown_again(cast: Cast, client: Client) -> None:
    assert client.post(address(), SENT).status_code == 302
    kit = BrandKit.objects.get(project=cast.project)
    rules = kit.rules
    assert (kit.banned_terms, rules.most_emoji, rules.capitals) == (["cheap", "luxury"], 0, "none")
    assert [(limit.channel, limit.part, limit.most) for limit in rules.limits] == [
        ("email", "subject", 45),
        ("social_post", "", 280),
    ]
    assert [(claim.text, str(claim.expires)) for claim in rules.claims] == [
        ("Oeko-Tex certified", "2027-01-31")
    ]
    assert (rules.pictures.background, rules.pictures.least_width, rules.logo_space) == ("#ffffff", 800, 0.5)
    assert rules.most_exclamation_marks is None, "what is left empty is not tested"
    shown = BrandKitForm.of(kit)
    assert shown["spellings"].value() == "email → e-mail"
    assert shown["limits"].value() == "email / subject: 45\nsocial post: 280"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("spellings", "email", "has no arrow"),
        ("limits", "email", "names no limit"),
        ("background", "white", "#rrggbb"),
        ("colours", "red", "write it as #rrggbb"),
        ("claims-1-proof", "No. 13", "Say what is claimed"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    cast: Cast, client: Client, field: str, value: str, says: str
) -> None:
    answer = client.post(address(), SENT | {field: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not BrandKit.objects.get(project=cast.project).voice


def test_a_guide_proposes_each_rule_with_its_sentence() -> None:
    found = propose(GUIDE)
    assert [(one.field, one.shown) for one in found] == PROPOSED
    assert all(one.quote in " ".join(GUIDE.split()) for one in found)
    assert not propose("We sell shoes. They are made of felt. #shoes")


def test_lines_that_a_column_broke_are_read_as_sentences() -> None:
    text = """Our tone is calm, precise and a little
dry. Write “e-mail”, not
“email”. All our oak is FSC certiﬁed.
We write for people who furnish a ﬁrst
home of their own.
Words to avoid:
• cheap
• best in class
Words
no emoji
no exclamation marks"""
    assert [(one.field, one.shown) for one in propose(text)] == [
        ("voice", "Our tone is calm, precise and a little dry."),
        ("guide.spellings", "email → e-mail"),
        ("guide.claims", "All our oak is FSC certified"),
        ("audience", "We write for people who furnish a first home of their own."),
        ("banned_terms", "cheap"),
        ("banned_terms", "best in class"),
        ("guide.most_emoji", "0"),
        ("guide.most_exclamation_marks", "0"),
    ]


def test_a_guide_says_what_pictures_look_like() -> None:
    text = """Rust: RGB 180, 83, 42
Body text: Inter.
Product photos stand on a plain white background. Images are at least 1,200 x 800 pixels.
Leave half of its height free around the logo. Never put pictures on a black background.
图片使用白色背景。"""
    assert [(one.field, one.value) for one in propose(text)] == [
        ("colours", ["#b4532a"]),
        ("fonts", ["Inter"]),
        ("guide.pictures.background", "#ffffff"),
        ("guide.pictures.least_width", 1200),
        ("guide.pictures.least_height", 800),
        ("guide.logo_space", 0.5),
    ]


def test_what_the_kit_says_already_is_not_added_twice(cast: Cast, client: Client) -> None:
    update_brand_kit(
        project=cast.project, actor=cast.ada, banned_terms=["Cheap"],
        guide={
            "most_emoji": 2, "limits": [{"channel": "email", "part": "subject", "most": 60}],
            "claims": [{"text": "All our felt is Oeko-Tex certified", "proof": "No. 12"}],
            "pictures": {"least_width": 800},
        },
    )  # fmt: skip
    kit = BrandKit.objects.get(project=cast.project)
    proposals = propose(GUIDE + "\nPictures are at least 1200 pixels wide.")
    stands = {one.shown: standing(kit, one) for one in proposals}
    assert stands["cheap"] == stands["All our felt is Oeko-Tex certified"] == ("known", "")
    assert (stands["0"], stands["email / subject: 45"], stands["1200"], stands["luxury"]) == (
        ("changes", "2"),
        ("changes", "60"),
        ("changes", "800"),
        ("new", ""),
    )
    page = client.post(address("project_brand_import"), {"text": GUIDE}).content.decode()
    assert page.count(" checked>") == len(PROPOSED) - 2
    assert "instead of 60" in page
    update_brand_kit(project=cast.project, actor=cast.ada, **merged(kit, proposals))
    kit.refresh_from_db()
    assert (kit.banned_terms.count("cheap"), kit.rules.limits[0].most) == (0, 45)
    assert [claim.proof for claim in kit.rules.claims] == ["No. 12", ""]
    assert kit.rules.pictures.least_width == 1200


def test_only_what_is_ticked_is_accepted(cast: Cast, client: Client) -> None:
    answer = client.post(address("project_brand_import"), {"text": GUIDE})
    assert answer.content.decode().count('name="take"') == len(PROPOSED)
    client.post(address("project_brand_import"), {"text": GUIDE, "accept": "1", "take": ["2", "6", "14"]})
    kit = BrandKit.objects.get(project=cast.project)
    assert kit.banned_terms == ["revolutionary"]
    assert kit.guide["spellings"] == [{"wrong": "email", "right": "e-mail"}]
    assert [claim.text for claim in kit.rules.claims] == ["All our felt is Oeko-Tex certified"]


def test_a_guide_comes_as_a_pdf(cast: Cast, client: Client) -> None:
    sent = SimpleUploadedFile("guide.pdf", pdf("Never use the word 'cheap'.", "Keep it plain."))
    answer = client.post(address("project_brand_import"), {"guide": sent})
    assert "Never use the word" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("guide.exe", b"MZ", "no document that can be read"),
        ("guide.pdf", b"%PDF-1.4 broken", "can&#x27;t be opened"),
    ],
)
def test_a_file_that_is_no_guide_is_refused(
    cast: Cast, client: Client, name: str, data: bytes, says: str
) -> None:
    answer = client.post(address("project_brand_import"), {"guide": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_the_logo_comes_and_goes(cast: Cast, client: Client) -> None:
    sent = SimpleUploadedFile("logo.png", picture("#ffffff", "#222222").getvalue())
    client.post(address("project_brand_logo"), {"logo": sent})
    assert Logo.objects.filter(project=cast.project).exists()
    client.post(address("project_brand_logo"), {"remove": "1"})
    assert not Logo.objects.filter(project=cast.project).exists()
