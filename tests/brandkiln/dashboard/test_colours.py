"""Colours as people list them: read in the ways they are written, and judged in words."""

import pytest
from brandkiln.dashboard.brand_form import BrandKitForm
from brandkiln.dashboard.colours import read_colour, says_of, swatches
from brandkiln.projects.models import BrandKit
from brandkiln.projects.services import update_brand_kit
from django.test import Client

from tests.factories import Cast

BRAND = "/w/acme/projects/spring/brand/"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("#B4532A", ("#b4532a", "")),
        ("b4532a Terracotta", ("#b4532a", "Terracotta")),
        ("#b52 - Warm  red", ("#bb5522", "Warm red")),
        ("rgb(180, 83, 42): Terracotta", ("#b4532a", "Terracotta")),
        ("RGB 180 83 42", ("#b4532a", "")),
        ("rgb(180, 83, 420)", None),
        ("#b4532", None),
        ("red", None),
        ("#b4532a5 Rust", None),
    ],
)
def test_a_line_is_read_as_people_write_colours(line: str, read: tuple[str, str] | None) -> None:
    assert read_colour(line) == read


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("#000000", "Good for text on white"),
        ("#777777", "only for large"),
        ("#e9dcc6", "Too light for text on white"),
    ],
)
def test_what_a_colour_is_good_for_is_said_by_its_contrast_with_white(code: str, says: str) -> None:
    assert says in says_of(code)


def test_the_contrast_is_that_of_the_standard() -> None:
    """Black on white is 21 to 1 by definition; #767676 is the lightest grey that passes 4.5 to 1."""
    assert "21.0 to 1" in says_of("#000000")
    assert "Good for text" in says_of("#767676")
    assert "only for large" in says_of("#777777")


def test_codes_that_stand_on_one_line_are_a_colour_each() -> None:
    assert [one.code for one in swatches("#b4532a, #2f4a3c;#e9dcc6\nred")] == [
        "#b4532a",
        "#2f4a3c",
        "#e9dcc6",
        "red",
    ]


def test_colours_are_kept_with_their_names_and_shown_again(ben: Client, cast: Cast) -> None:
    sent = {"colours": "#B4532A Terracotta\n#2f4a3c\n#b4532a again", "logo_space": "0.25"}
    claims = {"claims-TOTAL_FORMS": "0", "claims-INITIAL_FORMS": "0"}
    assert ben.post(BRAND, sent | claims).status_code == 302
    kit = BrandKit.objects.get(project=cast.project)
    assert kit.colours == ["#b4532a", "#2f4a3c"]
    assert kit.rules.colour_names == {"#b4532a": "Terracotta"}
    assert BrandKitForm.of(kit)["colours"].value() == "#b4532a Terracotta\n#2f4a3c"
    page = ben.get(BRAND).content.decode()
    assert 'fill="#b4532a"' in page
    assert "Good for text on white" in page
    assert "<title>Terracotta</title>" in ben.get("/w/acme/projects/spring/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [("#b4532a\ncrimson", "crimson"), ("\n".join(f"#0000{n:02x}" for n in range(41)), "41 colours")],
)
def test_what_is_no_colour_is_said_and_what_was_typed_stays(
    typed: str, says: str, ben: Client, cast: Cast
) -> None:
    claims = {"claims-TOTAL_FORMS": "0", "claims-INITIAL_FORMS": "0"}
    answer = ben.post(BRAND, {"colours": typed} | claims)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.split('class="problem"')[1]
    assert typed.splitlines()[-1] in page


def test_a_kit_of_many_colours_still_makes_product_pictures(ben: Client, cast: Cast) -> None:
    colours = [f"#0000{n:02x}" for n in range(20)]
    update_brand_kit(project=cast.project, actor=cast.ada, colours=colours)
    page = ben.get(
        "/w/acme/generators/picture-edit/sample/", {"project": str(cast.project.pk)}
    ).content.decode()
    field = page.split('name="brand_colours"')[1].split("</textarea>")[0]
    assert field.count("#0000") == 12
    assert "data-colours" in page
