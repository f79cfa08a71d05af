"""/api/v1/folders, /tags and /views: how people keep the library in order."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.library import organising
from brandkiln.library.models import Folder, SavedView, Tag
from brandkiln.library.queries import folders_of
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["assets"])


class FolderIn(Body):
    """A folder to make."""

    name: str = Field(max_length=80)
    parent: UUID | None = None
    """The folder that it lies in; one that lies in a folder itself holds none."""


class Name(Body):
    """Another name."""

    name: str = Field(max_length=80)


class FolderOut(Schema):
    """A folder of the library."""

    id: UUID
    name: str
    parent: UUID | None = Field(alias="parent_id")


class TagOut(Schema):
    """A tag and how many assets have it."""

    id: UUID
    name: str
    used: int


class ViewIn(Body):
    """Filters to keep under a name."""

    name: str = Field(max_length=80)
    filters: dict[str, str]
    """As the list of assets takes them, and order."""
    shared: bool = False
    """Whether everybody in the workspace sees it."""
    pinned: bool = False


class ViewPatch(Body):
    """What to change of one's own view."""

    name: str | None = Field(None, max_length=80)
    shared: bool | None = None
    pinned: bool | None = None


class ViewOut(Schema):
    """A saved view."""

    id: UUID
    name: str
    filters: dict[str, str]
    shared: bool = Field(alias="is_shared")
    pinned: bool = Field(alias="is_pinned")
    owner: str = Field(alias="owner.email")


@router.get("/folders", response={200: list[FolderOut], **ERRORS}, summary="List folders")
def list_folders(request: HttpRequest) -> list[Folder]:
    return folders_of(require_scope(request, "read").workspace)


@router.post("/folders", response={201: FolderOut, **ERRORS}, summary="Make a folder")
def make_folder(request: HttpRequest, payload: FolderIn) -> Status[Folder]:
    token = require_scope(request, "write")
    parent = _folder(token, payload.parent) if payload.parent else None
    return Status(201, organising.create_folder(workspace=token.workspace, name=payload.name, parent=parent))


@router.patch("/folders/{folder_id}", response={200: FolderOut, **ERRORS}, summary="Rename a folder")
def rename_folder(request: HttpRequest, folder_id: UUID, payload: Name) -> Folder:
    token = require_scope(request, "write")
    return organising.rename_folder(folder=_folder(token, folder_id), name=payload.name)


@router.delete("/folders/{folder_id}", response={204: None, **ERRORS}, summary="Delete a folder")
def delete_folder(request: HttpRequest, folder_id: UUID) -> Status[None]:
    """Delete a folder; its assets stay in the library, in no folder."""
    token = require_scope(request, "write")
    organising.delete_folder(folder=_folder(token, folder_id), actor=token.user)
    return Status(204, None)


@router.get("/tags", response={200: list[TagOut], **ERRORS}, summary="List tags")
def list_tags(request: HttpRequest) -> Any:
    used = Count("taggings", filter=Q(taggings__asset__trashed_at=None))
    rows = Tag.objects.filter(workspace=require_scope(request, "read").workspace).annotate(used=used)
    return rows.order_by("name")[:1000]


@router.patch("/tags/{tag_id}", response={200: TagOut, **ERRORS}, summary="Rename or join tags")
def rename_tag(request: HttpRequest, tag_id: UUID, payload: Name) -> dict[str, object]:
    """Give a tag another name; where there is a tag of that name, the two become one, which is answered with."""
    token = require_scope(request, "write")
    row = organising.rename_tag(tag=_tag(token, tag_id), name=payload.name, actor=token.user)
    return {"id": row.pk, "name": row.name, "used": row.taggings.filter(asset__trashed_at=None).count()}


@router.delete("/tags/{tag_id}", response={204: None, **ERRORS}, summary="Take a tag off all assets")
def delete_tag(request: HttpRequest, tag_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    organising.delete_tag(tag=_tag(token, tag_id), actor=token.user)
    return Status(204, None)


@router.get("/views", response={200: list[ViewOut], **ERRORS}, summary="List saved views")
def list_views(request: HttpRequest) -> Any:
    """List one's own views of the library and those that others share."""
    token = require_scope(request, "read")
    return organising.views_for(token.user, token.workspace)


@router.post("/views", response={201: ViewOut, **ERRORS}, summary="Save a view")
def save_view(request: HttpRequest, payload: ViewIn) -> Status[SavedView]:
    token = require_scope(request, "write")
    view = organising.save_view(
        workspace=token.workspace,
        owner=token.user,
        name=payload.name,
        filters=payload.filters,
        is_shared=payload.shared,
        is_pinned=payload.pinned,
    )
    return Status(201, view)


@router.patch("/views/{view_id}", response={200: ViewOut, **ERRORS}, summary="Change a saved view")
def change_view(request: HttpRequest, view_id: UUID, payload: ViewPatch) -> SavedView:
    token = require_scope(request, "write")
    named = {"name": payload.name, "is_shared": payload.shared, "is_pinned": payload.pinned}
    changes = {name: value for name, value in named.items() if value is not None}
    return organising.change_view(view=_view(token, view_id), actor=token.user, **changes)


@router.delete("/views/{view_id}", response={204: None, **ERRORS}, summary="Delete a saved view")
def delete_view(request: HttpRequest, view_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    organising.delete_view(view=_view(token, view_id), actor=token.user)
    return Status(204, None)


def _folder(token: ApiToken, key: UUID) -> Folder:
    rows = Folder.objects.filter(workspace=token.workspace).select_related("parent", "workspace")
    return find(rows, key, "folder")


def _tag(token: ApiToken, key: UUID) -> Tag:
    return find(Tag.objects.filter(workspace=token.workspace).select_related("workspace"), key, "tag")


def _view(token: ApiToken, key: UUID) -> SavedView:
    return find(organising.views_for(token.user, token.workspace), key, "view")
