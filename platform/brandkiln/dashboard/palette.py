"""What the palette finds: pages, things to make, and the workspace's own things by their names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandkiln.dashboard.places import places_of
from brandkiln.datasets.models import Dataset
from brandkiln.jobs.models import Checkpoint
from brandkiln.library.queries import find_assets
from brandkiln.planning.models import Campaign
from brandkiln.projects.models import Project
from brandkiln.reports.models import Report
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.switches import is_on
from generators import registry

MOST = 6
"""Of one kind."""
SHOWN = 80
"""Characters of a text that has no title."""
Title = str | Promise


@dataclass(frozen=True)
class Found:
    """One line of the palette."""

    title: Title
    address: str
    icon: str
    note: Title = ""


@dataclass(frozen=True)
class Source:
    """A kind of thing that the palette looks through: its newest rows whose names hold every word."""

    title: Title
    icon: str
    rows: Callable[[Workspace], QuerySet[Any]]
    fields: tuple[str, ...]
    route: str
    """Of one thing's page, which takes the workspace and ``key``."""
    key: str = "pk"

    def find(self, workspace: Workspace, words: list[str]) -> list[Found]:
        """Return the newest things that fit."""
        fits = reduce(and_, (_any_holds(self.fields, word) for word in words))
        rows: QuerySet[Model] = self.rows(workspace).filter(fits).order_by("-created_at")
        return [
            Found(
                getattr(row, "name", "") or str(row),
                reverse(f"dashboard:{self.route}", args=[workspace.slug, getattr(row, self.key)]),
                self.icon,
            )
            for row in rows[:MOST]
        ]


def _any_holds(fields: tuple[str, ...], word: str) -> Q:
    asked = Q()
    for name in fields:
        asked |= Q(**{f"{name}__icontains": word})
    return asked


def _own(model: Any, **kept: Any) -> Callable[[Workspace], QuerySet[Any]]:
    return lambda workspace: model.objects.filter(workspace=workspace, **kept)


SOURCES = (
    Source(gettext_lazy("Projects"), "folder", _own(Project), ("name",), "project_page", key="slug"),
    Source(gettext_lazy("Campaigns"), "target", _own(Campaign, archived_at=None), ("name",), "campaign_page"),
    Source(gettext_lazy("Data sets"), "database", _own(Dataset, trashed_at=None), ("name",), "dataset_page"),
    Source(gettext_lazy("Reports"), "file-chart-column", _own(Report, archived_at=None), ("name",), "report_page"),
    Source(
        gettext_lazy("Checkpoints"), "layers", _own(Checkpoint, trashed_at=None), ("generator",), "checkpoint_page",
    ),
)  # fmt: skip


def found(workspace: Workspace, words: list[str]) -> Iterator[tuple[Title, list[Found]]]:
    """Yield what fits all the words, by kind: pages first, then what can be made, then things by name.

    The last line looks through the library, so that no words lead nowhere.

    Without words it is the pages and what can be made.
    """
    groups: list[tuple[Title, list[Found]]] = [
        (_("Pages"), list(_pages(workspace, words))),
        (_("Make something"), list(_generators(workspace, words))),
    ]
    if words:
        groups += [(source.title, source.find(workspace, words)) for source in SOURCES]
        groups.append((_("Library"), list(_assets(workspace, words))))
    is_empty = not any(lines for _title, lines in groups)
    if words:
        title = _("Nothing has a name like this.") if is_empty else _("Search")
        groups.append((title, [_search(workspace, " ".join(words))]))
    yield from ((title, lines) for title, lines in groups if lines)


def _search(workspace: Workspace, words: str) -> Found:
    address = f"{reverse('dashboard:asset_list', args=[workspace.slug])}?{urlencode({'q': words})}"
    return Found(_("Search the library for “%(words)s”") % {"words": words}, address, "search")


def _pages(workspace: Workspace, words: list[str]) -> Iterator[Found]:
    for place in places_of(workspace):
        if _fits(words, place.title, place.words):
            yield Found(place.title, place.address(workspace), place.icon)


def _generators(workspace: Workspace, words: list[str]) -> Iterator[Found]:
    for spec in registry.specs().values():
        for kind, icon, verb in (("sample", "sparkles", _("Create")), ("train", "flame", _("Train"))):
            title = _(spec.title)
            if kind == "train" and not is_on(workspace, "training"):
                continue
            if kind in spec.kinds and _fits(words, verb, title, _(spec.summary)):
                address = reverse("dashboard:generator_start", args=[workspace.slug, spec.name, kind])
                yield Found(f"{verb}: {title}", address, icon, _(spec.summary))


def _fits(words: list[str], *texts: Title) -> bool:
    """Return whether each word begins one of the texts' words, whatever its case.

    Scripts without spaces between words have no beginnings to go by: there it may stand anywhere.
    """
    said = " " + " ".join(map(str, texts)).casefold()
    return all((f" {word}" if word.isascii() else word) in said for word in map(str.casefold, words))


def _assets(workspace: Workspace, words: list[str]) -> Iterator[Found]:
    for asset in find_assets(workspace=workspace, search=" ".join(words))[:MOST]:
        address = reverse("dashboard:asset_page", args=[workspace.slug, asset.pk])
        title = asset.title or asset.text[:SHOWN] or str(asset)
        yield Found(title, address, "file-text" if asset.text else "image", asset.label)
