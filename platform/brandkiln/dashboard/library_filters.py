"""The library's filters as people read them: chips, choices with counts, and those that other areas add."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.bulk.models import Bulk
from brandkiln.core.models import User
from brandkiln.library.filters import EXTRAS, NOWHERE, Filters
from brandkiln.library.models import Asset, Folder
from brandkiln.library.queries import facets
from brandkiln.notifications.models import Announcement
from brandkiln.notifications.reading import said, subjects_of
from brandkiln.planning.models import Campaign
from brandkiln.projects.models import Project
from brandkiln.review.models import State
from brandkiln.review.queries import in_state
from brandkiln.workspaces.models import Workspace
from generators import registry

TITLES: dict[str, Any] = {
    "kind": gettext_lazy("Kind"),
    "folder": gettext_lazy("Folder"),
    "tag": gettext_lazy("Tag"),
    "rating": gettext_lazy("Rating"),
    "review": gettext_lazy("Review"),
    "campaign": gettext_lazy("Campaign"),
    "bulk": gettext_lazy("Bulk run"),
    "brand": gettext_lazy("Brand rules"),
    "project": gettext_lazy("Project"),
    "generator": gettext_lazy("Made with"),
    "person": gettext_lazy("Made by"),
    "label": gettext_lazy("Label"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "q": gettext_lazy("Words"),
    "job": gettext_lazy("One job"),
    "held": gettext_lazy("Held back"),
    "told": gettext_lazy("Notice"),
}
BRAND: dict[str, Any] = {"passes": gettext_lazy("Follow all rules"), "fails": gettext_lazy("Break a rule")}
CHOICES = 40
"""Campaigns and bulk runs that are offered, the newest."""


@dataclass(frozen=True)
class Chip:
    """A filter that is set.

    Attributes:
        address: The query without it.
    """

    title: str
    value: str
    address: str


@dataclass(frozen=True)
class Choice:
    """A value that a filter could take; ``count`` is None where counting takes too long."""

    value: str
    text: str
    count: int | None
    address: str
    is_set: bool


def _brand(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    same = Q(verdict__passed=F("verdict__tested"))
    return (
        assets.filter(same if value == "passes" else ~same & Q(verdict__isnull=False))
        if value in BRAND
        else assets
    )


def _review(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    return in_state(assets, State(value)) if value in State.values else assets


def _in(lookup: str) -> Any:
    def narrow(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
        try:
            return assets.filter(pk__in=Asset.objects.filter(**{lookup: UUID(value)}).values("pk"))
        except ValueError:
            return assets

    return narrow


def _told(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    try:
        return assets.filter(pk__in=subjects_of(UUID(value)))
    except ValueError:
        return assets


def add_filters() -> None:
    """Add the filters of other areas to the library's."""
    EXTRAS.update(
        review=_review,
        brand=_brand,
        campaign=_in("campaign_pieces__campaign"),
        bulk=_in("job__bulk_row__bulk"),
        told=_told,
        held=lambda assets, value: assets.filter(hold__isnull=False, hold__released_at=None),
    )


def chips_of(filters: Filters, workspace: Workspace, kept: Mapping[str, str]) -> list[Chip]:
    """Return the filters that are set, each with the address without it.

    Args:
        kept: What else an address of the library says: its order and how it is shown.
    """
    return [
        Chip(str(TITLES[name]), _named(name, value, workspace), urlencode({**filters.without(name), **kept}))
        for name, value in filters.asked.items()
        if name in TITLES
    ]


def choices_of(
    filters: Filters, workspace: Workspace, kept: Mapping[str, str]
) -> list[tuple[str, str, list[Choice]]]:
    """Return each filter's name, title and values, with how many assets each would leave."""
    found = facets(filters, workspace=workspace)
    nowhere = sum(count for _value, count in found.pop("nowhere", []))
    names = _names(workspace, found)
    offered: dict[str, list[tuple[str, str, int | None]]] = {
        name: [(str(value), names.get(name, {}).get(value, str(value)), count) for value, count in rows]
        for name, rows in found.items()
    }
    if nowhere and offered["folder"]:
        offered["folder"].append((NOWHERE, _("In no folder"), nowhere))
    offered["rating"] = _at_least(found["rating"])
    offered["review"] = [(value, str(title), None) for value, title in State.choices]
    offered["brand"] = [(value, str(title), None) for value, title in BRAND.items()]
    for name, kind in (("campaign", Campaign), ("bulk", Bulk)):
        rows: Any = kind._default_manager.filter(workspace=workspace).order_by("-created_at")
        offered[name] = [(str(row.pk), row.name, None) for row in rows[:CHOICES]]
    return [
        (name, str(title), [_choice(filters, name, one, kept) for one in offered[name]])
        for name, title in TITLES.items()
        if offered.get(name)
    ]


def _choice(filters: Filters, name: str, one: tuple[str, str, int | None], kept: Mapping[str, str]) -> Choice:
    value, text, count = one
    is_set = filters.asked.get(name) == value
    rest = filters.without(name)
    return Choice(
        value, text, count, urlencode({**(rest if is_set else rest | {name: value}), **kept}), is_set
    )


def _at_least(rows: list[tuple[Any, int]]) -> list[tuple[str, str, int | None]]:
    counts = dict(rows)
    return [
        (str(stars), "★" * stars if stars == 5 else _("%(stars)s and up") % {"stars": "★" * stars}, total)
        for stars in range(5, 0, -1)
        if (total := sum(count for value, count in counts.items() if value >= stars))
    ]


def _names(workspace: Workspace, found: dict[str, list[tuple[Any, int]]]) -> dict[str, dict[Any, str]]:
    specs = registry.specs()
    people = User.objects.filter(pk__in=[value for value, _count in found["person"]])
    folders = Folder.objects.filter(workspace=workspace).select_related("parent")
    return {
        "kind": {value: str(title) for value, title in Asset.Kind.choices},
        "project": dict(Project.objects.filter(workspace=workspace).values_list("slug", "name")),
        "generator": {name: _(spec.title) for name, spec in specs.items()},
        "person": {row.pk: str(row) for row in people},
        "folder": {row.pk: str(row) for row in folders},
    }


def _named(name: str, value: str, workspace: Workspace) -> str:
    """Return the value of a filter as people read it."""
    if name == "kind":
        return str(Asset.Kind(value).label)
    if name == "rating":
        return "★" * int(value) if value == "5" else _("%(stars)s and up") % {"stars": "★" * int(value)}
    if name == "review" and value in State.values:
        return str(State(value).label)
    if name == "brand":
        return str(BRAND.get(value, value))
    if name == "folder" and value == NOWHERE:
        return _("In no folder")
    if name == "generator":
        spec = registry.specs().get(value)
        return _(spec.title) if spec else value
    if name in {"job", "held"}:
        return value[:8] if name == "job" else _("yes")
    sources: dict[str, tuple[Any, dict[str, Any]]] = {
        "project": (Project.objects.filter(workspace=workspace), {"slug": value}),
        "folder": (Folder.objects.filter(workspace=workspace).select_related("parent"), {"pk": value}),
        "person": (User.objects.filter(memberships__workspace=workspace), {"pk": value}),
        "campaign": (Campaign.objects.filter(workspace=workspace), {"pk": value}),
        "bulk": (Bulk.objects.filter(workspace=workspace), {"pk": value}),
        "told": (Announcement.objects.filter(workspace=workspace).select_related("actor"), {"pk": value}),
    }
    if name not in sources:
        return value
    rows, lookup = sources[name]
    try:
        row = rows.filter(**lookup).first()
    except (ValueError, TypeError):
        row = None
    if isinstance(row, Announcement):
        return said(row)
    return (row.name if hasattr(row, "name") and name != "folder" else str(row)) if row else value
