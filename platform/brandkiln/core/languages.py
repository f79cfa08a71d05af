"""The language in which somebody is written to who is not looking at a page just now."""

from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import get_language, override

from brandkiln.core.models import User


def keep_language(person: User, code: str) -> None:
    """Remember which language a person chose, if the studio speaks it."""
    if code in dict(settings.LANGUAGES):
        User.objects.filter(pk=person.pk).exclude(language=code).update(language=code)


@receiver(user_logged_in, dispatch_uid="brandkiln.core.languages")
def keep_first(sender: object, user: User, **_: Any) -> None:
    """Take the language of the page at which somebody signs in for theirs, as long as they chose none."""
    if not user.language:
        keep_language(user, get_language() or "")


def in_language_of(person: User) -> AbstractContextManager[None]:
    """Return a context in which texts are said in the language that a person chose last, else in the studio's own."""
    known = person.language in dict(settings.LANGUAGES)
    return override(person.language if known else settings.LANGUAGE_CODE)
