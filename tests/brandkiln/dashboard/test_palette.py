"""The palette: what a few letters lead to, and the menu that is made of the same list."""

from brandkiln.dashboard.places import PLACES, menu
from brandkiln.library.services import keep_sample
from brandkiln.planning.campaigns import create_campaign
from brandkiln.workspaces.models import Workspace
from django.test import Client

from tests.factories import Cast, DatasetFactory, JobFactory, ProjectFactory


def found(client: Client, words: str) -> str:
    return client.get("/w/acme/palette/", {"q": words}).content.decode()


def test_pages_are_found_by_what_people_call_them(ben: Client) -> None:
    shown = found(ben, "brand VOICE")
    assert 'href="/w/acme/projects/"' in shown
    assert "Library" not in shown


def test_things_are_found_by_name_in_the_own_workspace_only(cast: Cast, ben: Client) -> None:
    ProjectFactory(workspace=cast.acme, name="Teapots of spring")
    DatasetFactory(workspace=cast.acme, project=cast.project, name="Teapots shot in May")
    job = JobFactory(project=cast.project, generator="text-lm")
    keep_sample(job=job, position=0, media_type="text/plain", text="Warm teapots.")
    theirs = ProjectFactory(workspace=cast.other)
    DatasetFactory(workspace=cast.other, project=theirs, name="Teapots of a rival")
    create_campaign(project=cast.project, name="Teapots for tea drinkers", actor=cast.ben)
    shown = found(ben, "teapots")
    assert [
        name
        for name in ("Teapots of spring", "Teapots for tea drinkers", "Teapots shot in May", "Warm teapots.")
        if name not in shown
    ] == []
    assert "rival" not in shown


def test_what_fits_nothing_says_so_and_offers_to_search(ben: Client) -> None:
    shown = found(ben, "<script> x")
    assert "Nothing has a name like this." in shown
    assert "<script>" not in shown
    assert shown.count('role="option"') == 1, "a list box without an option is broken for screen readers"
    assert 'href="/w/acme/library/?q=%3Cscript%3E+x"' in shown


def test_the_menu_and_the_shortcuts_have_every_place_once() -> None:
    keys = [place.key for place in PLACES if place.key]
    assert len(keys) == len(set(keys))
    shown = [place.name for _group, places in menu(Workspace(slug="acme")) for place in places]
    assert len(shown) == len(set(shown))
    assert {"workspace", "asset_list", "dataset_list", "member_list"} <= set(shown)
