"""Writes about folders, tags and saved views."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.library.filters import Filters
from brandkiln.library.models import Asset, Folder, SavedView, Tag, Tagging
from brandkiln.library.words import entry_of, fold
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

MOST_FOLDERS = 500
MOST_VIEWS = 100
ROWS = 1000


@transaction.atomic
def create_folder(*, workspace: Workspace, name: str, parent: Folder | None = None) -> Folder:
    """Make a folder, or one in a folder; deeper there are none.

    Raises:
        Unprocessable: If it has no name, lies too deep, or there are too many.
        Conflict: If there is one of the name already.
    """
    cleaned = _named(name)
    if parent and parent.parent_id:
        message = _("%(name)s lies in a folder already, so it holds none itself. Choose an upper one.")
        raise Unprocessable(message % {"name": parent}, fields={"parent": message % {"name": parent}})
    if Folder.objects.filter(workspace=workspace).count() >= MOST_FOLDERS:
        raise Unprocessable(_("A library has at most %(most)s folders.") % {"most": MOST_FOLDERS})
    _refuse_double(Folder.objects.filter(workspace=workspace, parent=parent), cleaned)
    return Folder.objects.create(workspace=workspace, name=cleaned, parent=parent)


@transaction.atomic
def rename_folder(*, folder: Folder, name: str) -> Folder:
    """Give a folder another name.

    Raises:
        Conflict: If there is one of the name beside it.
    """
    cleaned = _named(name)
    beside = Folder.objects.filter(workspace=folder.workspace_id, parent=folder.parent_id).exclude(
        pk=folder.pk
    )
    _refuse_double(beside, cleaned)
    folder.name = cleaned
    folder.save(update_fields=["name"])
    return folder


@transaction.atomic
def delete_folder(*, folder: Folder, actor: User) -> int:
    """Delete a folder; what lies in it stays in the library, in no folder. Return how many assets that were.

    Raises:
        Conflict: If folders lie in it.
    """
    if folder.folders.exists():
        raise Conflict(_("Folders lie in %(name)s. Delete or empty them first.") % {"name": folder})
    count = Asset.objects.filter(folder=folder).update(folder=None)
    record_audit(
        workspace=folder.workspace,
        actor=actor,
        action="folder.deleted",
        subject=folder,
        data={"assets": count},
    )
    folder.delete()
    return count


def tags_named(*, workspace: Workspace, names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names, made where they are new."""
    wanted = sorted({clean_tag(name) for name in names} - {""})
    Tag.objects.bulk_create([Tag(workspace=workspace, name=name) for name in wanted], ignore_conflicts=True)
    return list(Tag.objects.filter(workspace=workspace, name__in=wanted))


def clean_tag(name: str) -> str:
    """Return a tag as it is kept: trimmed, in lower case."""
    return fold(name.replace("\0", "").replace(",", " "))[:40].strip()


@transaction.atomic
def rename_tag(*, tag: Tag, name: str, actor: User) -> Tag:
    """Give a tag another name at all assets; where there is such a tag, the two become one.

    Raises:
        Unprocessable: If it has no name.
    """
    cleaned = clean_tag(name)
    if not cleaned:
        message = _("A tag needs a name.")
        raise Unprocessable(message, fields={"name": message})
    assets = list(tag.taggings.values_list("asset_id", flat=True))
    other = Tag.objects.filter(workspace=tag.workspace_id, name=cleaned).exclude(pk=tag.pk).first()
    record_audit(
        workspace=tag.workspace, actor=actor, action="tag.merged" if other else "tag.renamed", subject=tag.name,
        data={"name": cleaned, "assets": len(assets)},
    )  # fmt: skip
    if other:
        there = other.taggings.values("asset")
        tag.taggings.exclude(asset__in=there).update(tag=other)
        tag.delete()
    else:
        tag.name = cleaned
        tag.save(update_fields=["name"])
    say_tags(assets)
    return other or tag


@transaction.atomic
def delete_tag(*, tag: Tag, actor: User) -> None:
    """Take a tag off all assets."""
    assets = list(tag.taggings.values_list("asset_id", flat=True))
    record_audit(
        workspace=tag.workspace,
        actor=actor,
        action="tag.deleted",
        subject=tag.name,
        data={"assets": len(assets)},
    )
    tag.delete()
    say_tags(assets)


def say_tags(keys: Iterable[UUID]) -> None:
    """Write the names of their tags, and their words, at assets whose taggings were changed."""
    wanted = list(keys)
    for start in range(0, len(wanted), ROWS):
        names: dict[UUID, list[str]] = {key: [] for key in wanted[start : start + ROWS]}
        rows = Tagging.objects.filter(asset__in=names).order_by("tag__name")
        for key, name in rows.values_list("asset_id", "tag__name"):
            names[key].append(name)
        assets = list(Asset.objects.filter(pk__in=names).select_related("entry").defer("receipt"))
        entries = []
        for asset in assets:
            asset.tags = names[asset.pk]
            if entry := getattr(asset, "entry", None):
                entry.terms, entry.said = (made := entry_of(asset)).terms, made.said
                entries.append(entry)
        Asset.objects.bulk_update(assets, ["tags"])
        type(entries[0]).objects.bulk_update(entries, ["terms", "said"]) if entries else None


def views_for(user: User, workspace: Workspace) -> QuerySet[SavedView]:
    """Return the views that a person sees: their own, and what others share; the pinned ones first."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), workspace=workspace).select_related(
        "owner"
    )


@transaction.atomic
def save_view(
    *,
    workspace: Workspace,
    owner: User,
    name: str,
    filters: Mapping[str, Any],
    is_shared: bool = False,
    is_pinned: bool = False,
) -> SavedView:
    """Keep filters under a name; a view of the same name is kept anew.

    Raises:
        Unprocessable: If it has no name, or there are too many.
    """
    if SavedView.objects.filter(workspace=workspace, owner=owner).count() >= MOST_VIEWS:
        raise Unprocessable(_("A person keeps at most %(most)s views. Delete one.") % {"most": MOST_VIEWS})
    kept = Filters.of(filters).asked | {key: str(filters[key]) for key in ("order", "as") if filters.get(key)}
    view, _is_new = SavedView.objects.update_or_create(
        workspace=workspace, owner=owner, name=_named(name),
        defaults={"filters": kept, "is_shared": is_shared, "is_pinned": is_pinned},
    )  # fmt: skip
    return view


@transaction.atomic
def change_view(*, view: SavedView, actor: User, **changes: Any) -> SavedView:
    """Rename, share or pin a view.

    Raises:
        NotFound: If it is somebody else's.
    """
    _refuse_others(view, actor)
    if "name" in changes:
        changes["name"] = _named(changes["name"])
        _refuse_double(
            SavedView.objects.filter(workspace=view.workspace_id, owner=actor).exclude(pk=view.pk),
            changes["name"],
        )
    for name, value in changes.items():
        setattr(view, name, value)
    view.save(update_fields=list(changes))
    return view


def delete_view(*, view: SavedView, actor: User) -> None:
    """Delete one's own view.

    Raises:
        NotFound: If it is somebody else's.
    """
    _refuse_others(view, actor)
    view.delete()


def _refuse_others(view: SavedView, actor: User) -> None:
    if view.owner_id != actor.pk:
        raise NotFound(_("Only who saved a view can change it. Save one of your own."))


def _named(name: str) -> str:
    cleaned = " ".join(name.split())[:80]
    if not cleaned or not is_storable(cleaned):
        message = _("Give it a name of up to 80 characters.")
        raise Unprocessable(message, fields={"name": message})
    return cleaned


def _refuse_double(rows: QuerySet[Any], name: str) -> None:
    if rows.filter(name__iexact=name).exists():
        message = _("There is one called %(name)s already. Choose another name.") % {"name": name}
        raise Conflict(message, fields={"name": message})
