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


def test_a_slug_that_somebody_takes_in_between_is_looked_for_anew() -> None:
    create("shoes")
    looks = [Workspace.objects.none(), Workspace.objects.all()]  # the first look came too early to see it

    class Taken:
        def filter(self, slug: str) -> object:
            return (looks.pop(0) if len(looks) > 1 else looks[0]).filter(slug=slug)

    row = create_with_slug(create, name="Shoes", taken=Taken(), fallback="workspace")  # type: ignore[arg-type]
    assert row.slug == "shoes-2"


def test_a_row_that_can_never_be_made_ends_in_its_own_error() -> None:
    def refuse(slug: str) -> Workspace:
        raise IntegrityError("another rule")

    with pytest.raises(IntegrityError, match="another rule"):
        made(refuse, "Shoes")
