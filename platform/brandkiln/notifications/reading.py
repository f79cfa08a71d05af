"""What a person is told, and what of it they have read."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from brandkiln.core.models import User
from brandkiln.notifications.kinds import KINDS
from brandkiln.notifications.models import Announcement, Notification
from brandkiln.workspaces.models import Workspace

WORDS: dict[str, str | Promise] = {
    "approved": _("approved"), "rejected": _("rejected"), "changes_asked": _("changes asked for"),
    "commented": _("commented"), "begins": _("begins"), "ends": _("ends"),
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_GIVEN = re.compile(r"[a-z]+(?:[_-][a-z]+)*-\d+")
"""A title that a generator gave, such as social_post-3."""
Reader = tuple[UUID, UUID]
"""A workspace's id and a person's."""


def notifications_of(workspace: Workspace, person: User) -> "QuerySet[Notification]":
    """Return what the person is told in the studio, with what it tells."""
    rows = Notification.objects.filter(workspace=workspace, person=person, is_shown=True)
    return rows.select_related("announcement__actor")


def unread_counts(readers: Collection[Reader]) -> dict[Reader, int]:
    """Return how much each of the readers has not read, in one query."""
    rows = (
        Notification.objects.filter(
            workspace__in={workspace for workspace, _person in readers},
            person__in={person for _workspace, person in readers},
            read_at=None,
            is_shown=True,
        )
        .order_by()
        .values_list("workspace", "person")
        .annotate(count=Count("pk"))
    )
    found = {(workspace, person): count for workspace, person, count in rows}
    return {reader: found.get(reader, 0) for reader in readers}


def mark_read(*, workspace: Workspace, person: User, keys: Sequence[UUID] | None = None) -> list[UUID]:
    """Mark what is given, or all, as read; return what was unread until then, so that it can be undone."""
    rows = Notification.objects.filter(workspace=workspace, person=person, read_at=None, is_shown=True)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    changed = list(rows.values_list("pk", flat=True))
    Notification.objects.filter(pk__in=changed).update(read_at=timezone.now())
    return changed


def mark_unread(*, workspace: Workspace, person: User, keys: Iterable[UUID]) -> int:
    """Mark what is given as unread again; return how much was read until then."""
    rows = Notification.objects.filter(workspace=workspace, person=person, pk__in=list(keys))
    return rows.exclude(read_at=None).update(read_at=None)


def subjects_of(key: UUID) -> list[str]:
    """Return the ids of what an announcement of several things is about; none where there is no such announcement."""
    data = Announcement.objects.filter(pk=key).values_list("data", flat=True).first() or {}
    return list(data.get("subjects", ()))


def said(announcement: Announcement) -> str:
    """Return the sentence of an announcement in the reader's language, where the kind has the words for it."""
    kind = KINDS.get(announcement.kind)
    if kind is None:
        return announcement.title
    shown = {name: _shown(value) for name, value in announcement.data.items()}
    values = {**shown, "subject": _named(announcement.subject), "actor": announcement.actor or "-"}
    try:
        return str(kind.words_for(announcement.data)) % values
    except (KeyError, TypeError, ValueError):
        return announcement.title  # written by an older version


def _named(subject: str) -> str:
    """Return a title that a generator gave as words, and every other one as it is."""
    if not _GIVEN.fullmatch(subject):
        return subject
    words = subject.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _shown(value: Any) -> Any:
    """Return a day or moment in ISO form, and a known word, as the reader writes it; everything else as it is."""
    if not isinstance(value, str):
        return value
    if value in WORDS:
        return WORDS[value]
    if _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), pgettext("format", "j M Y"))
    if _MOMENT.match(value):
        try:
            when = datetime.fromisoformat(value)
            when = (
                when if when.utcoffset() else timezone.localtime(when)
            )  # with an offset it is somebody's clock
            return date_format(when, pgettext("format", "j M Y, H:i"))
        except ValueError:
            return value
    return value
