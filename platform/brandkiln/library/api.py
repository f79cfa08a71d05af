"""/api/v1/assets."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, find, page
from brandkiln.jobs.api import AssetRef
from brandkiln.library import holds
from brandkiln.library.files import file_response
from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import ApiToken, Role
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


class ReceiptOut(Schema):
    """Where an asset came from."""

    asset: UUID
    receipt: dict[str, Any]


@router.get("/assets", response={200: AssetPage, **ERRORS}, summary="List assets")
def list_assets(
    request: HttpRequest,
    project: str | None = None,
    generator: str = "",
    kind: Literal["", "image", "text", "document"] = "",
    label: str = "",
    search: str = Query("", max_length=200),
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    slug = find_project(workspace=token.workspace, slug=project).slug if project is not None else ""
    assets = find_assets(
        workspace=token.workspace, project=slug, generator=generator, kind=kind, label=label, search=search
    )
    rows, following = page(assets, cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


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
