"""Templates whose contents lie in versions that never change: what saving, naming and archiving them have in common."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.text import is_storable

NAME_LENGTH, SUMMARY_LENGTH, NOTE_LENGTH = 80, 300, 200
T = TypeVar("T", bound=models.Model)
"""A row with ``name``, ``summary``, ``archived_at`` and ``versions``, each of which has a ``number``."""
V = TypeVar("V", bound=models.Model)


def locked_to_save(template: T, newest_version: Callable[[T], V], *, seen: int | None) -> tuple[T, V]:
    """Return the template, locked until the transaction ends, and its newest version.

    Args:
        seen: The version that the change began with; None for whichever is the newest.

    Raises:
        Conflict: If somebody has saved another one since, or the template is archived.
    """
    row: Any = type(template)._default_manager.select_for_update().get(pk=template.pk)
    if row.archived_at:
        raise Conflict(_("%(name)s is archived. Take it back first, then save.") % {"name": row.name})
    newest = newest_version(row)
    number = newest.number  # type: ignore[attr-defined]
    if seen is not None and seen != number:
        raise Conflict(
            _(
                "Version %(newest)s was saved while you changed version %(seen)s. Look at it, then save yours again."
            )
            % {"newest": number, "seen": seen}
        )
    return row, newest


def version_again(template: models.Model, number: int) -> tuple[Any, str]:
    """Return an earlier version that is to hold again, and the note of the one that says so.

    Raises:
        NotFound: If there is no such version.
    """
    row: Any = template
    old = row.versions.filter(number=number).first()
    if old is None:
        raise NotFound(_("%(name)s has no version %(n)s.") % {"name": row.name, "n": number})
    return old, _("Version %(n)s again") % {"n": number}


def set_archived(template: models.Model, *, undo: bool) -> bool:
    """Stop offering a template, or offer it again; return whether that changed anything."""
    row: Any = template
    if (row.archived_at is not None) != undo:
        return False
    row.archived_at = None if undo else timezone.now()
    row.save(update_fields=["archived_at"])
    return True


def checked_words(*, name: str, summary: str) -> dict[str, str]:
    """Return the name and summary of a template as they are kept.

    Raises:
        Unprocessable: If one does not fit; ``fields`` names it.
    """
    problems: dict[str, str] = {}
    words = {"name": " ".join(name.split()), "summary": " ".join(summary.split())}
    for field, least, most in (("name", 1, NAME_LENGTH), ("summary", 0, SUMMARY_LENGTH)):
        if not least <= len(words[field]) <= most or not is_storable(words[field]):
            problems[field] = _("%(least)d to %(most)d characters.") % {"least": least, "most": most}
    if problems:
        said = _("These do not fit: %(names)s.") % {"names": ", ".join(problems)}
        raise Unprocessable(said, fields=problems)
    return words


def set_words(template: models.Model, *, name: str, summary: str) -> None:
    """Give a template another name and summary; its versions stay as they are. Raises what `checked_words` does."""
    for field, text in checked_words(name=name, summary=summary).items():
        setattr(template, field, text)
    template.save(update_fields=["name", "summary"])


def checked_note(note: str) -> str:
    """Return a version's note as it is kept: on one line, cut where it is too long."""
    return " ".join(note.split())[:NOTE_LENGTH]
