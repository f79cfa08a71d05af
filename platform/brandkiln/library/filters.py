"""The filters of the library: read from an address, applied to assets, and written back as an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from brandkiln.core.text import is_storable
from brandkiln.library.models import Asset, SearchEntry, Tagging
from brandkiln.library.words import as_match, as_tsquery, asked, fold
from brandkiln.workspaces.models import Workspace

Narrow = Callable[[QuerySet[Asset], str], QuerySet[Asset]]
EXTRAS: dict[str, Narrow] = {}
"""Filters of apps above this one, which add their own when the studio starts: narrows assets to those that fit a value,
and leaves them as they are where the value means nothing."""
NOWHERE = "none"
"""The folder of assets that lie in none."""
LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """What of the library is asked for; empty values ask for nothing."""

    q: str = ""
    """Words that all have to stand in it; the last may be the beginning of one."""
    kind: str = ""
    project: str = ""
    """A slug."""
    generator: str = ""
    person: str = ""
    """The id of who asked for it."""
    label: str = ""
    tag: str = ""
    """Names with commas between; it has to have all."""
    folder: str = ""
    """An id, which takes the folders in it along, or NOWHERE."""
    rating: str = ""
    """The fewest stars."""
    since: str = ""
    """A day, written 2026-01-31; likewise until, which is included."""
    until: str = ""
    job: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    trashed: bool = False

    @staticmethod
    def of(given: Mapping[str, Any]) -> "Filters":
        """Return the filters that an address or a saved view names; what cannot be read is left out."""
        texts = {name: str(value or "").strip()[:LONGEST] for name, value in given.items()}
        texts = {name: value for name, value in texts.items() if value and is_storable(value)}
        read = {name: texts.get(name, "") for name in NAMES if _READ.get(name, bool)(texts.get(name, ""))}
        extra = {name: texts[name] for name in EXTRAS if name in texts}
        return Filters(**read, extra=extra, trashed="trash" in given)

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, as an address has it."""
        found = {name: getattr(self, name) for name in NAMES if getattr(self, name)}
        return {**found, **self.extra, **({"trash": "1"} if self.trashed else {})}

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the trash is asked for."""
        return bool(self.asked.keys() - {"trash"})

    def without(self, name: str) -> dict[str, str]:
        """Return what is asked for but for one filter."""
        return {key: value for key, value in self.asked.items() if key != name}


NAMES = tuple(one.name for one in fields(Filters) if one.name not in {"extra", "trashed"})


def apply(filters: Filters, *, workspace: Workspace) -> QuerySet[Asset]:
    """Return the workspace's assets that fit, in no order."""
    assets = Asset.objects.filter(workspace=workspace, trashed_at__isnull=not filters.trashed).order_by()
    for name, lookup in LOOKUPS.items():
        if value := getattr(filters, name):
            assets = assets.filter(**{lookup: value})
    for tag in filter(None, (fold(name) for name in filters.tag.split(","))):
        tagged = Tagging.objects.filter(tag__workspace=workspace, tag__name=tag)
        assets = assets.filter(pk__in=tagged.values("asset"))
    if filters.folder == NOWHERE:
        assets = assets.filter(folder=None)
    elif filters.folder:
        assets = assets.filter(Q(folder=filters.folder) | Q(folder__parent=filters.folder))
    if day := _day(filters.since):
        assets = assets.filter(created_at__gte=_moment(day, time.min))
    if day := _day(filters.until):
        assets = assets.filter(created_at__lte=_moment(day, time.max))
    for name, value in filters.extra.items():
        assets = EXTRAS[name](assets, value)
    return _holding(assets, filters.q, workspace) if filters.q else assets


def _holding(assets: QuerySet[Asset], search: str, workspace: Workspace) -> QuerySet[Asset]:
    """Narrow assets to those that hold all words; where none does in the workspace, to those with parts of words."""
    words = asked(search)
    if words:
        whole = assets.filter(pk__in=_entries_with(words, workspace))
        if whole.exists():
            return whole
    parts = SearchEntry.objects.filter(workspace=workspace)
    for part in fold(search).split()[:8]:
        parts = parts.filter(said__contains=part)
    return assets.filter(pk__in=parts.values("asset"))


def _entries_with(words: list[str], workspace: Workspace) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL(
            "SELECT asset_id FROM library_searchentry WHERE workspace_id = %s AND words @@ %s::tsquery",
            [workspace.pk, as_tsquery(words)],
        )
    return RawSQL(
        "SELECT asset_id FROM library_searchentry WHERE id IN (SELECT rowid FROM library_words WHERE terms MATCH %s)",
        [as_match(words)],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


LOOKUPS = {
    "kind": "kind",
    "project": "project__slug",
    "generator": "generator",
    "person": "made_by",
    "label": "label",
    "rating": "rating__gte",
    "job": "job",
}
_READ: dict[str, Callable[[str], bool]] = {
    "kind": lambda text: text in Asset.Kind.values,
    "person": _is_id,
    "job": _is_id,
    "folder": lambda text: text == NOWHERE or _is_id(text),
    "rating": lambda text: len(text) == 1 and text in "12345",
    "since": lambda text: _day(text) is not None,
    "until": lambda text: _day(text) is not None,
}
