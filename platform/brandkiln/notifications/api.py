"""/api/v1/notifications: what the token's owner is told, and how they want to be told."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, page
from brandkiln.notifications import preferences
from brandkiln.notifications.kinds import KINDS, NOT_CHOSEN
from brandkiln.notifications.models import Notification
from brandkiln.notifications.reading import mark_read, mark_unread, notifications_of, said
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["notifications"])
MailTime = Literal["never", "at_once", "digest"]


class KindOut(Schema):
    """A kind of happening, as messages and notifications name it."""

    name: str
    label: str
    fields: dict[str, str]
    """What its details hold."""


class KindPage(Schema):
    """All kinds."""

    items: list[KindOut]


class NotificationOut(Schema):
    """Something that the token's owner is told."""

    id: UUID
    kind: str
    said: str
    path: str
    """Where in the studio it can be seen."""
    data: dict[str, Any]
    read_at: datetime | None
    created_at: datetime


class NotificationPage(Schema):
    """One page of notifications, the newest first."""

    items: list[NotificationOut]
    next: str | None


class ReadIn(Body):
    """Which notifications; none stands for all."""

    notifications: list[UUID] | None = Field(None, max_length=1000)
    read: bool = True
    """Whether they count as read from now on."""


class ChangedOut(Schema):
    """How many were changed."""

    changed: int


class ChoiceOut(Schema):
    """How the owner is told of one kind."""

    kind: str
    in_app: bool
    mail: MailTime


class DigestOut(Schema):
    """When the owner's digest comes."""

    every: Literal["day", "week"]
    weekday: int
    hour: int
    time_zone: str
    due_at: datetime


class PreferencesOut(Schema):
    """Of what the owner is told, and when."""

    choices: list[ChoiceOut]
    digest: DigestOut


class ChoiceIn(Body):
    """How to be told of one kind."""

    kind: str = Field(max_length=40)
    in_app: bool
    mail: MailTime


class DigestIn(Body):
    """When the digest is to come."""

    every: Literal["day", "week"] = "day"
    weekday: int = Field(0, ge=0, le=6)
    hour: int = Field(8, ge=0, le=23)
    time_zone: str = Field("UTC", max_length=64)


class PreferencesIn(Body):
    """What changes; kinds that are left out stay as they are."""

    choices: list[ChoiceIn] = Field(default_factory=list, max_length=100)
    digest: DigestIn | None = None


@router.get("/notification-kinds", response={200: KindPage, **ERRORS}, summary="List the kinds of happenings")
def list_kinds(request: HttpRequest) -> dict[str, Any]:
    require_scope(request, "read")
    known = [kind for kind in KINDS.values() if kind.name not in NOT_CHOSEN]
    return {
        "items": [{"name": one.name, "label": str(one.label), "fields": dict(one.fields)} for one in known]
    }


@router.get("/notifications", response={200: NotificationPage, **ERRORS}, summary="List notifications")
def list_notifications(
    request: HttpRequest, unread: bool = False, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """List what the token's owner is told in this workspace, the newest first."""
    token = require_scope(request, "read")
    rows = notifications_of(token.workspace, token.user)
    found, following = page(
        rows.filter(read_at=None) if unread else rows, cursor=cursor, limit=min(max(limit, 1), MAX_PAGE)
    )
    return {"items": [_shown(row) for row in found], "next": following}


@router.post("/notifications/read", response={200: ChangedOut, **ERRORS}, summary="Mark as read or unread")
def mark(request: HttpRequest, payload: ReadIn) -> dict[str, int]:
    """Mark notifications of the token's owner; those of others are passed over."""
    token = require_scope(request, "write")
    if payload.read:
        keys = mark_read(workspace=token.workspace, person=token.user, keys=payload.notifications)
        return {"changed": len(keys)}
    keys = payload.notifications or []
    return {"changed": mark_unread(workspace=token.workspace, person=token.user, keys=keys)}


@router.get(
    "/notification-preferences", response={200: PreferencesOut, **ERRORS}, summary="See what one is told of"
)
def get_preferences(request: HttpRequest) -> dict[str, Any]:
    token = require_scope(request, "read")
    return _preferences(token)


@router.patch(
    "/notification-preferences",
    response={200: PreferencesOut, **ERRORS},
    summary="Choose what one is told of",
)
def change_preferences(request: HttpRequest, payload: PreferencesIn) -> dict[str, Any]:
    """Change of what the token's owner is told, and when the digest comes."""
    token = require_scope(request, "write")
    preferences.save_choices(
        workspace=token.workspace, person=token.user,
        choices={one.kind: (one.in_app, one.mail) for one in payload.choices},
    )  # fmt: skip
    if payload.digest:
        preferences.save_digest(workspace=token.workspace, person=token.user, **payload.digest.dict())
    return _preferences(token)


def _preferences(token: ApiToken) -> dict[str, Any]:
    choices = preferences.choices_of(token.workspace, token.user)
    digest = preferences.digest_of(token.workspace, token.user)
    names = ("every", "weekday", "hour", "time_zone", "due_at")
    return {
        "choices": [{"kind": one.kind.name, "in_app": one.in_app, "mail": one.mail} for one in choices],
        "digest": {name: getattr(digest, name) for name in names},
    }


def _shown(row: Notification) -> dict[str, Any]:
    told = row.announcement
    return {
        "id": row.pk, "kind": told.kind, "said": said(told), "path": told.path, "data": told.data,
        "read_at": row.read_at, "created_at": row.created_at,
    }  # fmt: skip
