"""What people do to many assets at once, each with a way back."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset, Change, Folder, Tagging
from brandkiln.library.organising import clean_tag, say_tags, tags_named
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

MOST = 20_000
"""Assets that are changed at once."""
MOST_TAGS = 20
IN_LIST = 900
Action = Change.Action


@transaction.atomic
def change_assets(
    *, workspace: Workspace, assets: QuerySet[Asset], action: str, value: str = "", actor: User
) -> Change:
    """Do one thing to all of the assets and return what is needed to take it back.

    Args:
        assets: Of the workspace, in whatever order.
        action: Of Change.Action.
        value: The tag, the folder's id ("" for none), or the stars.

    Raises:
        Unprocessable: If there are too many, or the value means nothing.
        NotFound: If the folder is not in the workspace.
    """
    if action not in Action.values:
        message = _("%(action)s is nothing that can be done to assets: choose %(known)s.")
        message = message % {"action": action[:40], "known": ", ".join(Action.values)}
        raise Unprocessable(message, fields={"action": message})
    keys = list(assets.filter(workspace=workspace).order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        message = _("At most %(most)s assets are changed at once. Narrow the filters.") % {
            "most": f"{MOST:,}"
        }
        raise Unprocessable(message, fields={"assets": message})
    before = _DO[action](workspace, keys, value, actor)
    pairs = [[old, [str(key) for key in some]] for old, some in before.items()]
    count = sum(len(some) for some in before.values())
    if action in {Action.TRASH, Action.RESTORE} and count:
        _audit(workspace, actor, f"asset.{action}ed" if action == Action.TRASH else "asset.restored", before)
    return Change.objects.create(
        workspace=workspace, actor=actor, action=action, value=value[:80], before=pairs, count=count
    )


@transaction.atomic
def undo_change(*, change: Change, actor: User) -> Change:
    """Put back what a change changed, where nobody has changed it since.

    Raises:
        Conflict: If it was taken back already.
    """
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        raise Conflict(_("That was taken back already."))
    before = {_hashable(old): [UUID(key) for key in keys] for old, keys in change.before}
    _UNDO[change.action](change, before)
    if change.action in {Action.TRASH, Action.RESTORE}:
        action = "asset.restored" if change.action == Action.TRASH else "asset.trashed"
        _audit(change.workspace, actor, action, before)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    return change


def said_of(change: Change) -> str:
    """Return in words what a change did."""
    if not change.count:
        return _("Nothing had to be changed.")
    templates = {
        Action.TAG: ngettext("%(n)d asset is tagged.", "%(n)d assets are tagged.", change.count),
        Action.UNTAG: ngettext("The tag is off %(n)d asset.", "The tag is off %(n)d assets.", change.count),
        Action.MOVE: ngettext("%(n)d asset is moved.", "%(n)d assets are moved.", change.count),
        Action.RATE: ngettext("%(n)d asset is rated.", "%(n)d assets are rated.", change.count),
        Action.TRASH: ngettext(
            "%(n)d asset is in the trash.", "%(n)d assets are in the trash.", change.count
        ),
        Action.RESTORE: ngettext(
            "%(n)d asset is back in the library.", "%(n)d assets are back in the library.", change.count
        ),
    }
    return templates[Action(change.action)] % {"n": change.count}


Before = dict[Any, list[UUID]]


def _pieces(keys: list[UUID]) -> list[list[UUID]]:
    return [keys[start : start + IN_LIST] for start in range(0, len(keys), IN_LIST)]


def _tag(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    tags = tags_named(workspace=workspace, names=[value])
    if not tags:
        message = _("Name a tag.")
        raise Unprocessable(message, fields={"value": message})
    new: list[UUID] = []
    for some in _pieces(keys):
        there = set(tags[0].taggings.filter(asset__in=some).values_list("asset_id", flat=True))
        full = {
            pk
            for pk, names in Asset.objects.filter(pk__in=some).values_list("pk", "tags")
            if len(names) >= MOST_TAGS
        }
        fresh = [key for key in some if key not in there | full]
        Tagging.objects.bulk_create(
            [Tagging(tag=tags[0], asset_id=key) for key in fresh], ignore_conflicts=True
        )
        new += fresh
    say_tags(new)
    return {None: new} if new else {}


def _untag(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    gone: list[UUID] = []
    for some in _pieces(keys):
        rows = Tagging.objects.filter(tag__workspace=workspace, tag__name=clean_tag(value), asset__in=some)
        gone += rows.values_list("asset_id", flat=True)
        rows.delete()
    say_tags(gone)
    return {None: gone} if gone else {}


def _move(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    folder = folder_named(workspace, value)
    return _set("folder_id", keys, folder.pk if folder else None)


def folder_named(workspace: Workspace, key: str) -> Folder | None:
    """Return the workspace's folder with an id, or None where it names none.

    Raises:
        NotFound: If there is no such folder.
    """
    if not key:
        return None
    try:
        return Folder.objects.select_related("parent").get(workspace=workspace, pk=UUID(key))
    except (ValueError, Folder.DoesNotExist) as error:
        raise NotFound(_("There is no such folder in this workspace.")) from error


def _rate(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    if value not in tuple("012345"):
        message = _("A rating is 0 to 5 stars; %(rating)s is not.") % {"rating": value[:20]}
        raise Unprocessable(message, fields={"value": message})
    return _set("rating", keys, int(value))


def _trash(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    moved: list[UUID] = []
    for some in _pieces(keys):
        rows = Asset.objects.filter(pk__in=some, trashed_at=None)
        moved += (here := list(rows.values_list("pk", flat=True)))
        Asset.objects.filter(pk__in=here).update(trashed_at=timezone.now(), trashed_by=actor)
    return {None: moved} if moved else {}


def _restore(workspace: Workspace, keys: list[UUID], value: str, actor: User) -> Before:
    moved: list[UUID] = []
    for some in _pieces(keys):
        rows = Asset.objects.filter(pk__in=some).exclude(trashed_at=None)
        moved += (here := list(rows.values_list("pk", flat=True)))
        Asset.objects.filter(pk__in=here).update(trashed_at=None, trashed_by=None)
    return {None: moved} if moved else {}


def _set(column: str, keys: list[UUID], value: Any) -> Before:
    before: Before = defaultdict(list)
    for some in _pieces(keys):
        for key, old in Asset.objects.filter(pk__in=some).values_list("pk", column):
            if old != value:
                before[str(old) if isinstance(old, UUID) else old].append(key)
        Asset.objects.filter(pk__in=some).update(**{column: value})
    return dict(before)


def _put_back(column: str) -> Callable[[Change, Before], None]:
    def put_back(change: Change, before: Before) -> None:
        now = int(change.value) if column == "rating" else UUID(change.value) if change.value else None
        for old, keys in before.items():
            if column == "folder_id" and old and not Folder.objects.filter(pk=old).exists():
                continue
            for some in _pieces(keys):
                Asset.objects.filter(pk__in=some, **{column: now}).update(**{column: old})

    return put_back


def _untag_again(change: Change, before: Before) -> None:
    for keys in before.values():
        _untag(change.workspace, keys, change.value, change.actor)  # type: ignore[arg-type]


def _tag_again(change: Change, before: Before) -> None:
    for keys in before.values():
        _tag(change.workspace, keys, change.value, change.actor)  # type: ignore[arg-type]


def _untrash(change: Change, before: Before) -> None:
    for keys in before.values():
        _restore(change.workspace, keys, "", change.actor)  # type: ignore[arg-type]


def _trash_again(change: Change, before: Before) -> None:
    for keys in before.values():
        _trash(change.workspace, keys, "", change.actor)  # type: ignore[arg-type]


def _hashable(old: Any) -> Any:
    return old if not isinstance(old, list) else tuple(old)


def _audit(workspace: Workspace, actor: User, action: str, before: Before) -> None:
    keys = [str(key) for some in before.values() for key in some]
    subject = keys[0] if len(keys) == 1 else f"{len(keys)} assets"
    record_audit(
        workspace=workspace, actor=actor, action=action, subject=subject, data={"assets": keys[:100]}
    )


_DO: dict[str, Callable[[Workspace, list[UUID], str, User], Before]] = {
    Action.TAG: _tag,
    Action.UNTAG: _untag,
    Action.MOVE: _move,
    Action.RATE: _rate,
    Action.TRASH: _trash,
    Action.RESTORE: _restore,
}
_UNDO: dict[str, Callable[[Change, Before], None]] = {
    Action.TAG: _untag_again,
    Action.UNTAG: _tag_again,
    Action.MOVE: _put_back("folder_id"),
    Action.RATE: _put_back("rating"),
    Action.TRASH: _untrash,
    Action.RESTORE: _trash_again,
}
