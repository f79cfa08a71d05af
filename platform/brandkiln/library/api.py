"""/api/v1/assets."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from ninja.params.functions import Query as QueryParam
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, find
from brandkiln.jobs.api import AssetRef
from brandkiln.library import holds
from brandkiln.library.files import file_response, thumbnail_response
from brandkiln.library.filters import Filters, apply
from brandkiln.library.models import Asset
from brandkiln.library.queries import facets, page_of_assets
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import ApiToken, Role, Workspace
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["assets"])


class AssetOut(AssetRef):
    """An asset of the library."""

    project: str = Field(alias="project.slug")
    title: str
    label: str
    seed: int | None
    generator: str
    job: UUID | None = Field(alias="job_id")
    artifact: UUID = Field(alias="artifact_id")
    """What a param names that takes a picture."""
    size: int = Field(alias="artifact.size")
    width: int | None
    height: int | None
    rating: int
    tags: list[str]
    folder: UUID | None = Field(alias="folder_id")
    held_back: str
    """Why it cannot be downloaded: it is too near to a training picture. Empty where it can."""
    created_at: datetime

    @staticmethod
    def resolve_held_back(asset: Asset) -> str:
        return holds.reason(asset)


class AssetPage(Schema):
    """One page of assets, newest first."""

    items: list[AssetOut]
    next: str | None


class Count(Schema):
    """A value of a filter."""

    value: str
    count: int


class ReceiptOut(Schema):
    """Where an asset came from."""

    asset: UUID
    receipt: dict[str, Any]


class AssetFilters(Schema):
    """What of the library is asked for; all of it has to fit."""

    q: str = Field("", max_length=200)
    """Words that all have to stand in it; the last may be the beginning of one."""
    search: str = Field("", max_length=200)
    """The former name of q."""
    project: str | None = None
    """A slug."""
    generator: str = ""
    kind: Literal["", "image", "text", "document", "other"] = ""
    label: str = ""
    tag: str = ""
    """Names with commas between; it has to have all."""
    folder: str = ""
    """An id, which takes the folders in it along, or "none"."""
    person: str = ""
    """The id of who asked for it."""
    rating: str = ""
    """The fewest stars."""
    since: str = ""
    """A day, written 2026-01-31."""
    until: str = ""
    """A day, which is included."""
    job: str = ""
    review: str = ""
    """Where it stands in review: draft, in_review, changes, approved or rejected."""
    brand: str = ""
    """passes or fails: whether it follows all rules of its brand."""
    campaign: str = ""
    """The id of a campaign that it belongs to."""
    bulk: str = ""
    """The id of a bulk run that it came from."""
    trash: bool = False
    """Whether what lies in the trash is asked for."""

    def read(self, workspace: Workspace) -> Filters:
        """Return the filters; raise NotFound where the project is not in the workspace."""
        given = {name: value for name, value in self.dict().items() if value and name != "search"}
        given["q"] = self.q or self.search
        if self.project is not None:
            given["project"] = find_project(workspace=workspace, slug=self.project).slug
        return Filters.of(given)


@router.get("/assets", response={200: AssetPage, **ERRORS}, summary="List assets")
def list_assets(
    request: HttpRequest,
    asked: Query[AssetFilters],
    order: Literal["newest", "oldest", "rated"] = "newest",
    cursor: str | None = None,
    limit: int = QueryParam(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    assets = apply(asked.read(token.workspace), workspace=token.workspace)
    found = page_of_assets(assets, order=order, cursor=cursor or "", size=limit)
    return {"items": found.assets, "next": found.following or None}


@router.get(
    "/assets/counts", response={200: dict[str, list[Count]], **ERRORS}, summary="Count assets by filters"
)
def count_assets(request: HttpRequest, asked: Query[AssetFilters]) -> dict[str, list[dict[str, object]]]:
    """Answer for each filter with the values it could take and how many assets each would leave."""
    token = require_scope(request, "read")
    found = facets(asked.read(token.workspace), workspace=token.workspace)
    return {
        name: [{"value": str(value) if value is not None else "", "count": count} for value, count in rows]
        for name, rows in found.items()
    }


@router.get("/assets/{asset_id}", response={200: AssetOut, **ERRORS}, summary="Get an asset")
def get_asset(request: HttpRequest, asset_id: UUID) -> Asset:
    return _find(require_scope(request, "read"), asset_id)


@router.get(
    "/assets/{asset_id}/receipt", response={200: ReceiptOut, **ERRORS}, summary="Get an asset's receipt"
)
def get_receipt(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    asset = _find(require_scope(request, "read"), asset_id)
    return {"asset": asset.pk, "receipt": asset.receipt}


@router.get(
    "/assets/{asset_id}/download",
    response={200: None, **ERRORS},
    summary="Download an asset",
    openapi_extra={
        "responses": {200: {"description": "The bytes", "content": {"application/octet-stream": {}}}}
    },
)
def download(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    return file_response(request, _find(require_scope(request, "read"), asset_id))


@router.get(
    "/assets/{asset_id}/thumbnail",
    response={200: None, **ERRORS},
    summary="Download a small picture of an asset",
    openapi_extra={"responses": {200: {"description": "A WebP", "content": {"image/webp": {}}}}},
)
def get_thumbnail(request: HttpRequest, asset_id: UUID, size: Literal[320, 640] = 320) -> HttpResponseBase:
    """Answer with its picture in so many pixels, or with itself where it is as small or no picture."""
    return thumbnail_response(request, _find(require_scope(request, "read"), asset_id), size)


@router.post(
    "/assets/{asset_id}/release",
    response={200: AssetOut, **ERRORS},
    summary="Release an asset that is held back",
)
def release(request: HttpRequest, asset_id: UUID) -> Asset:
    token = require_scope(request, "jobs")
    require_role(membership_of(token.user, token.workspace.slug), Role.ADMIN)
    return holds.release_asset(asset=_find(token, asset_id), actor=token.user)


def _find(token: ApiToken, asset_id: UUID) -> Asset:
    assets = Asset.objects.filter(workspace=token.workspace, trashed_at=None)
    return find(assets.select_related("artifact", "project", "hold"), asset_id, "asset")
