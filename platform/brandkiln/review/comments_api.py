"""/api/v1/assets/{id}/comments: what is said of assets."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.library.models import Asset
from brandkiln.review import anchors, comments
from brandkiln.review.models import Comment
from brandkiln.workspaces.access import membership_of
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["review"])
Fraction = Annotated[float, Field(ge=0, le=1)]


class PassageIn(Body):
    """Characters of the text that is reviewed: the parts of a text, a line each."""

    kind: Literal["passage"]
    start: int = Field(ge=0, le=1_000_000)
    end: int = Field(ge=0, le=1_000_000)
    quote: str = Field("", max_length=anchors.LONGEST)
    """What stands there; given, it is checked."""


class RegionIn(Body):
    """A part of the picture, in fractions of its sides."""

    kind: Literal["region"]
    left: Fraction
    top: Fraction
    width: Fraction
    height: Fraction


class AssetCommentIn(Body):
    """A comment; members are named with an @ before their address."""

    text: str = Field(min_length=1, max_length=comments.LONGEST)
    place: PassageIn | RegionIn | None = None
    """What it is pinned to; by default the whole."""
    parent: UUID | None = None
    """The first comment of the thread that it answers."""
    is_private: bool = False
    """Whether only reviewers read it."""


class CommentPatch(Body):
    """What changes about a comment."""

    text: str | None = Field(None, min_length=1, max_length=comments.LONGEST)
    resolved: bool | None = None


class AssetCommentOut(Schema):
    """A comment on an asset."""

    id: UUID
    parent: UUID | None = Field(alias="parent_id")
    author: str
    is_outside: bool
    text: str
    mentioned: list[str]
    is_private: bool
    place: dict[str, str | float]
    version: int
    edited_at: datetime | None
    resolved_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_author(comment: Comment) -> str:
        return comment.guest or (comment.author.email if comment.author else "")

    @staticmethod
    def resolve_is_outside(comment: Comment) -> bool:
        return bool(comment.guest)


class AssetCommentList(Schema):
    """The comments on an asset, oldest first."""

    items: list[AssetCommentOut]


@router.get(
    "/assets/{asset_id}/comments", response={200: AssetCommentList, **ERRORS}, summary="List comments"
)
def list_comments(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    token = require_scope(request, "read")
    return {"items": list(_readable(token, asset_id))}


@router.post(
    "/assets/{asset_id}/comments", response={201: AssetCommentOut, **ERRORS}, summary="Comment on an asset"
)
def add_comment(request: HttpRequest, asset_id: UUID, payload: AssetCommentIn) -> Status[Comment]:
    token = require_scope(request, "write")
    rows = _readable(token, asset_id)
    made = comments.add_comment(
        asset=_asset(token, asset_id),
        author=token.user,
        text=payload.text,
        place=payload.place.dict() if payload.place else None,
        parent=find(rows, payload.parent, "comment") if payload.parent else None,
        is_private=payload.is_private,
    )
    return Status(201, made)


@router.patch(
    "/assets/{asset_id}/comments/{asset_comment_id}",
    response={200: AssetCommentOut, **ERRORS},
    summary="Change, resolve or reopen a comment",
)
def change_comment(
    request: HttpRequest, asset_id: UUID, asset_comment_id: UUID, payload: CommentPatch
) -> Comment:
    token = require_scope(request, "write")
    comment = find(_readable(token, asset_id), asset_comment_id, "comment")
    if payload.text is not None:
        comment = comments.edit_comment(comment=comment, actor=token.user, text=payload.text)
    if payload.resolved is True:
        comment = comments.resolve_comment(comment=comment, actor=token.user)
    elif payload.resolved is False:
        comment = comments.reopen_comment(comment=comment)
    return comment


@router.delete(
    "/assets/{asset_id}/comments/{asset_comment_id}",
    response={204: None, **ERRORS},
    summary="Take a comment back",
)
def delete_comment(request: HttpRequest, asset_id: UUID, asset_comment_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    comment = find(_readable(token, asset_id), asset_comment_id, "comment")
    comments.delete_comment(comment=comment, actor=token.user)
    return Status(204, None)


def _asset(token: ApiToken, asset_id: UUID) -> Asset:
    rows = Asset.objects.filter(workspace=token.workspace, trashed_at=None)
    return find(rows.select_related("artifact", "workspace", "job"), asset_id, "asset")


def _readable(token: ApiToken, asset_id: UUID) -> QuerySet[Comment]:
    membership = membership_of(token.user, token.workspace.slug)
    return comments.comments_for(_asset(token, asset_id), membership).select_related(
        "asset", "workspace", "author"
    )
