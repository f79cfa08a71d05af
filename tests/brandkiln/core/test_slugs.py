from collections.abc import Callable

import pytest
from brandkiln.core.slugs import create_with_slug
from brandkiln.workspaces.models import Workspace
from django.db import IntegrityError

pytestmark = pytest.mark.django_db


def create(slug: str) -> Workspace:
    return Workspace.objects.create(name=slug, slug=slug)


def made(create: Callable[[str], Workspace], name: str) -> Workspace:
    return create_with_slug(
        create, name=name, taken=Workspace.objects.all(), fallback="workspace", reserved={"new"}
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Summer Sale", "summer-sale"), ("New", "new-2"), ("夏季", "workspace"), ("a" * 90, "a" * 40)],
)
def test_a_slug_is_made_of_the_name(name: str, slug: str) -> None:
    assert made(create, name).slug == slug


def test_a_slug_that_somebody_takes_in_between_gives_the_next_one() -> None:
    def slow(slug: str) -> Workspace:
        if not Workspace.objects.filter(slug="shoes").exists():
            create("shoes")  # somebody else, between the look and the insert
        return create(slug)

    assert made(slow, "Shoes").slug == "shoes-2"
    assert Workspace.objects.filter(slug__startswith="shoes").count() == 2


def test_a_row_that_can_never_be_made_ends_in_its_own_error() -> None:
    def refuse(slug: str) -> Workspace:
        raise IntegrityError("another rule")

    with pytest.raises(IntegrityError, match="another rule"):
        made(refuse, "Shoes")
