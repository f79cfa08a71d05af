"""Projects and brand kits."""

from brandkiln.projects.models import BrandKit, Project
from django.test import Client

from tests.factories import Cast

NO_CLAIMS = {"claims-TOTAL_FORMS": "0", "claims-INITIAL_FORMS": "0"}


def test_a_new_project_leads_to_its_brand_kit(cast: Cast, ben: Client) -> None:
    answer = ben.post("/w/acme/projects/new/", {"name": "Autumn range", "summary": "Coats."})
    assert answer["Location"] == "/w/acme/projects/autumn-range/brand/"
    assert Project.objects.get(slug="autumn-range").summary == "Coats."


def test_who_was_about_to_add_a_data_set_goes_on_with_it(cast: Cast, ben: Client) -> None:
    cast.project.delete()
    away = ben.get("/w/acme/data/new/")["Location"]
    assert ben.post(away, {"name": "Coats"})["Location"] == "/w/acme/data/new/?project=coats"


def test_a_brand_kit_takes_lists_one_on_a_line(cast: Cast, ben: Client) -> None:
    kit = NO_CLAIMS | {"voice": "Plain.", "required_terms": "mend\nlast, wool", "colours": "#b4532a\n#1f1b18"}
    assert ben.post("/w/acme/projects/spring/brand/", kit).status_code == 302
    saved = BrandKit.objects.get(project=cast.project)
    assert saved.required_terms == ["mend", "last", "wool"]
    assert saved.colours == ["#b4532a", "#1f1b18"]


def test_a_wrong_colour_is_named_beside_its_field(cast: Cast, ben: Client) -> None:
    answer = ben.post("/w/acme/projects/spring/brand/", NO_CLAIMS | {"colours": "clay"})
    assert answer.status_code == 422
    assert "&quot;clay&quot; is not a colour" in answer.content.decode()


def test_a_colour_is_drawn_without_inline_style(cast: Cast, ben: Client) -> None:
    ben.post("/w/acme/projects/spring/brand/", NO_CLAIMS | {"colours": "#b4532a"})
    page = ben.get("/w/acme/projects/spring/").content.decode()
    assert 'fill="#b4532a"' in page
    assert "style=" not in page
