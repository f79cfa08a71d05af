"""Projects and brand kits."""

import pytest
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.projects.services import create_project, find_project, update_brand_kit

from tests.factories import make_cast

pytestmark = pytest.mark.django_db


def test_a_project_starts_with_an_empty_brand_kit_and_an_address_of_its_own() -> None:
    cast = make_cast()
    project = create_project(workspace=cast.acme, name="Spring", actor=cast.ben)
    assert project.slug == "spring-2"
    assert project.brand_kit.voice == ""


def test_a_project_of_another_workspace_is_not_found() -> None:
    cast = make_cast()
    with pytest.raises(NotFound):
        find_project(workspace=cast.other, slug="spring")


def test_a_colour_that_is_none_is_refused_and_nothing_is_written() -> None:
    cast = make_cast()
    with pytest.raises(Unprocessable, match='"red" is not a colour'):
        update_brand_kit(project=cast.project, actor=cast.ada, voice="Warm", colours=["#b4532a", "red"])
    cast.project.brand_kit.refresh_from_db()
    assert cast.project.brand_kit.voice == ""


def test_only_fields_of_the_brand_kit_can_be_set() -> None:
    cast = make_cast()
    with pytest.raises(TypeError, match="has no project_id"):
        update_brand_kit(project=cast.project, actor=cast.ada, project_id=None)


def test_no_project_has_the_address_of_the_page_that_creates_one() -> None:
    assert create_project(workspace=make_cast().acme, name="New", actor=None).slug == "new-2"
