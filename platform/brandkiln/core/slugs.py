"""Names for addresses, made from the names that people give."""

from collections.abc import Callable, Collection
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

LENGTH = 40
TRIES = 5

Row = TypeVar("Row", bound=models.Model)


def create_with_slug(
    create: Callable[[str], Row],
    *,
    name: str,
    taken: "models.QuerySet[Row]",
    fallback: str,
    reserved: Collection[str] = (),
) -> Row:
    """Return the row that `create` makes under a slug of the name; the next free one where two people are as quick.

    Args:
        taken: The rows among which a slug is given once.
        fallback: The slug for a name without a letter that an address can hold.
        reserved: Slugs that are never given.
    """
    for _ in range(TRIES - 1):
        try:
            with transaction.atomic():
                return create(_free(name, taken, fallback, reserved))
        except IntegrityError:
            continue  # somebody took it in between
    return create(_free(name, taken, fallback, reserved))


def _free(name: str, taken: "models.QuerySet[Row]", fallback: str, reserved: Collection[str]) -> str:
    base = slugify(name)[:LENGTH] or fallback
    slug, number = base, 1
    while slug in reserved or taken.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
