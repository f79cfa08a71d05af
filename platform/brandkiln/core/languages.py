"""The language in which somebody is written to who is not looking at a page just now."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils.translation import override

from brandkiln.core.models import User


def keep_language(person: User, code: str) -> None:
    """Remember which language a person chose, if the studio speaks it."""
    if code in dict(settings.LANGUAGES):
        User.objects.filter(pk=person.pk).exclude(language=code).update(language=code)


def in_language_of(person: User) -> AbstractContextManager[None]:
    """Return a context in which texts are said in the language that a person chose last, else in the studio's own."""
    known = person.language in dict(settings.LANGUAGES)
    return override(person.language if known else settings.LANGUAGE_CODE)
