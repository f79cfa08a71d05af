"""What people say of pieces: threads that are pinned to a place, name others and are resolved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.brand.services import prose_of
from brandkiln.core.errors import Conflict, NotAllowed, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.library.models import Asset
from brandkiln.notifications.services import announce
from brandkiln.review import anchors
from brandkiln.review.models import Comment
from brandkiln.review.moves import version_of
from brandkiln.review.rules import makers_of
from brandkiln.review.services import path_of
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.mentions import people_in
from brandkiln.workspaces.models import Membership, Role
from brandkiln.workspaces.services import record_audit

LONGEST = 4_000
SHOWN_IN_NEWS = 200


@transaction.atomic
def add_comment(
    *,
    asset: Asset,
    author: User,
    text: str,
    place: Mapping[str, Any] | None = None,
    parent: Comment | None = None,
    is_private: bool = False,
) -> Comment:
    """Keep a comment and tell those whom it names and those who follow the piece.

    Args:
        place: {"kind": "passage", "start", "end", "quote"} or {"kind": "region", "left", "top", "width", "height"}.
        parent: The first comment of the thread that this answers; it is then where the thread is.
        is_private: Whether only reviewers read it; answers to a private note are private as well.

    Raises:
        Unprocessable: If it says nothing, is too long, names no member, or is pinned to nothing that is there.
        NotAllowed: If it is private and its author is no reviewer.
    """
    if parent is not None and (parent.asset_id != asset.pk or parent.parent_id):
        raise Unprocessable(_("This answers no thread of this piece."), fields={"parent": "unknown"})
    is_private = parent.is_private if parent else is_private
    membership = membership_of(author, asset.workspace.slug)
    if is_private:
        require_role(membership, Role.REVIEWER)
    text = _checked(text)
    people = people_in(text, asset.workspace_id)
    comment = Comment.objects.create(
        workspace=asset.workspace,
        asset=asset,
        parent=parent,
        author=author,
        text=text,
        mentioned=list(people),
        is_private=is_private,
        place={} if parent else _placed(asset, place or {}),
        sha256=asset.artifact.sha256,
        version=version_of(asset),
    )
    if parent is not None and parent.resolved_at:
        _resolved(parent, None)
    _announce(comment, people)
    return comment


@transaction.atomic
def comment_from_outside(
    *, asset: Asset, guest: str, text: str, place: Mapping[str, Any] | None = None
) -> Comment:
    """Keep what somebody without an account says of a piece."""
    return Comment.objects.create(
        workspace=asset.workspace,
        asset=asset,
        guest=guest.replace("\0", "").strip()[:80] or "–",
        text=_checked(text),
        place=_placed(asset, place or {}),
        sha256=asset.artifact.sha256,
        version=version_of(asset),
    )


@transaction.atomic
def edit_comment(*, comment: Comment, actor: User, text: str) -> Comment:
    """Give one's own comment another wording; those whom it names only now are told."""
    _own(comment, actor)
    text = _checked(text)
    people = people_in(text, comment.workspace_id)
    new = {address: person for address, person in people.items() if address not in comment.mentioned}
    comment.text, comment.mentioned, comment.edited_at = text, list(people), timezone.now()
    comment.save(update_fields=["text", "mentioned", "edited_at"])
    _announce(comment, new, only_named=True)
    return comment


@transaction.atomic
def delete_comment(*, comment: Comment, actor: User) -> None:
    """Take back one's own comment; an admin may take back any. One that was answered leaves its place behind."""
    if comment.author_id != actor.pk:
        require_role(membership_of(actor, comment.workspace.slug), Role.ADMIN)
        record_audit(
            workspace=comment.workspace, actor=actor, action="comment.deleted", subject=comment.asset_id
        )
    if comment.answers.exists():
        comment.text, comment.mentioned, comment.deleted_at = "", [], timezone.now()
        comment.save(update_fields=["text", "mentioned", "deleted_at"])
    else:
        comment.delete()


def resolve_comment(*, comment: Comment, actor: User) -> Comment:
    """Say that a thread is dealt with."""
    return _resolved(comment, actor)


def reopen_comment(*, comment: Comment) -> Comment:
    """Say that a thread is not dealt with after all."""
    return _resolved(comment, None)


def comments_for(asset: Asset, membership: Membership) -> QuerySet[Comment]:
    """Return the comments on a piece that a member may read, oldest first."""
    rows = Comment.objects.filter(asset=asset).select_related("author", "resolved_by")
    if Role(membership.role).rank < Role.REVIEWER.rank:
        rows = rows.filter(is_private=False)
    return rows.order_by("created_at", "id")


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST or not is_storable(text):
        message = _("A comment has 1 to %(most)d characters; this has %(n)d.") % {
            "most": LONGEST,
            "n": len(text),
        }
        raise Unprocessable(message, fields={"text": message})
    return text


def _placed(asset: Asset, place: Mapping[str, Any]) -> dict[str, Any]:
    """Return the anchor of what somebody marked."""
    kind = place.get("kind", "")
    if not kind:
        return {}
    if kind == "passage" and asset.media_type.startswith("text/plain"):
        return anchors.passage(
            prose_of(asset), int(place["start"]), int(place["end"]), str(place.get("quote", ""))
        )
    if kind == "region" and asset.media_type.startswith("image/"):
        left, top, width, height = (float(place[side]) for side in ("left", "top", "width", "height"))
        return anchors.region(left, top, width, height)
    raise Unprocessable(
        _("A passage belongs to a text and a region to a picture; this is %(kind)s.")
        % {"kind": asset.media_type},
        fields={"place": kind[:20]},
    )


def _own(comment: Comment, actor: User) -> None:
    if comment.author_id != actor.pk:
        raise NotAllowed(_("Only its author can change a comment. Answer it instead."))
    if comment.deleted_at:
        raise Conflict(_("This comment was taken back."))


@transaction.atomic
def _resolved(comment: Comment, actor: User | None) -> Comment:
    comment.resolved_at, comment.resolved_by = (timezone.now() if actor else None), actor
    comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment


def _announce(comment: Comment, people: Mapping[str, User], *, only_named: bool = False) -> None:
    """Tell those whom it names, and, of what is not private, who made the piece or speaks in the thread."""
    asset = comment.asset
    data = {"comment": str(comment.pk), "on": "asset", "text": comment.text[:SHOWN_IN_NEWS]}
    path = f"{path_of(asset)}#comment-{comment.parent_id or comment.pk}"
    named = list(people.values())
    if comment.is_private:
        named = [person for person in named if _reads_private(person, comment)]
    if named:
        announce(
            workspace=comment.workspace, kind="comment.mentioned", subject=asset, data=data, path=path,
            actor=comment.author, people=named,
        )  # fmt: skip
    if only_named or comment.is_private:
        return
    followers: set[UUID | None] = {*makers_of(asset)}
    if comment.parent:
        followers |= {comment.parent.author_id, *comment.parent.answers.values_list("author", flat=True)}
    known = {person.pk for person in named}
    others = User.objects.filter(pk__in=[key for key in followers if key and key not in known])
    announce(
        workspace=comment.workspace, kind="comment.added", subject=asset, data=data, path=path,
        actor=comment.author, people=others,
    )  # fmt: skip


def _reads_private(person: User, comment: Comment) -> bool:
    member = Membership.objects.filter(workspace=comment.workspace_id, user=person).first()
    return member is not None and Role(member.role).rank >= Role.REVIEWER.rank
