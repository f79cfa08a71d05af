"""/api/v1/packs: the files of pieces as channels take them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.downloads import send_file
from brandkiln.core.errors import NotFound
from brandkiln.planning import packs
from brandkiln.planning.campaigns_api import assets_of, campaign_of
from brandkiln.planning.models import Pack
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["packs"])
Fit = Literal["crop", "pad"]


class PackIn(Body):
    """What goes into an export pack."""

    campaign: UUID | None = None
    assets: list[UUID] = Field([], max_length=500)
    """None: all of the campaign's."""
    channels: list[str] = Field(min_length=1, max_length=40)
    fit: Fit = "crop"
    """Whether pictures of another shape lose their edges or get a border."""
    name: str = Field("", max_length=120)
    override_reason: str = Field("", max_length=400)
    """Why an admin lets pieces out that nobody approved."""
    only_ready: bool = False
    """Whether files against which something stands are left out; else none is made as long as it stands."""


class FaultOut(Schema):
    """What stands against a file of a pack."""

    code: str
    text: str
    stops: bool


class PlacingOut(Schema):
    """A file that a pack would hold."""

    name: str
    channel: str
    asset: UUID
    size: str = Field(alias="frame")
    faults: list[FaultOut]

    @staticmethod
    def resolve_asset(placing: Any) -> UUID:
        key: UUID = placing["asset"] if isinstance(placing, dict) else placing.asset.pk
        return key


class PlanOut(Schema):
    """A pack before it is made."""

    files: list[PlacingOut]
    left_out: list[UUID]
    ready: bool


class PackFileOut(Schema):
    """The ZIP of one channel."""

    channel: str
    entries: int
    size: int = Field(alias="artifact.size")
    sha256: str = Field(alias="artifact.sha256")


class PackOut(Schema):
    """An export pack."""

    id: UUID
    name: str
    campaign: UUID | None = Field(alias="campaign_id")
    channels: list[str]
    pieces: int
    job: UUID | None = Field(alias="job_id")
    state: str
    """Of its job."""
    override_reason: str
    files: list[PackFileOut]
    expires_at: datetime
    created_at: datetime

    @staticmethod
    def resolve_pieces(pack: Pack) -> int:
        return len(pack.pieces)

    @staticmethod
    def resolve_state(pack: Pack) -> str:
        return pack.job.state if pack.job else "succeeded"

    @staticmethod
    def resolve_files(pack: Pack) -> list[Any]:
        return list(pack.files.all())


class PackPage(Schema):
    """One page of packs, newest first."""

    items: list[PackOut]
    next: str | None


@router.post("/packs/check", response={200: PlanOut, **ERRORS}, summary="See what a pack would hold")
def check_pack(request: HttpRequest, payload: PackIn) -> dict[str, object]:
    """Return the files that a pack would hold with what stands against each; nothing is made."""
    token = require_scope(request, "read")
    chosen = _chosen(token, payload)
    chosen.pop("actor")
    plan, _pieces = packs.checked_plan(**chosen)
    return {
        "files": plan.placings,
        "left_out": [asset.pk for asset in plan.left_out],
        "ready": bool(plan.placings) and not plan.stopping,
    }


@router.post("/packs", response={202: PackOut, **ERRORS}, summary="Have a pack made")
def request_pack(request: HttpRequest, payload: PackIn) -> Status[Pack]:
    """Submit the job that makes a ZIP for each channel; refused where something stands against a file."""
    token = require_scope(request, "jobs")
    chosen = _chosen(token, payload)
    pack = packs.request_pack(
        name=payload.name, override_reason=payload.override_reason, only_ready=payload.only_ready, **chosen
    )
    return Status(202, _find(token, pack.pk))


@router.get("/packs", response={200: PackPage, **ERRORS}, summary="List packs")
def list_packs(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=MAX_PAGE)
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows = Pack.objects.filter(workspace=token.workspace).select_related("job")
    found, following = page(rows.prefetch_related("files__artifact"), cursor=cursor, limit=limit)
    return {"items": found, "next": following}


@router.get("/packs/{pack_id}", response={200: PackOut, **ERRORS}, summary="Get a pack")
def get_pack(request: HttpRequest, pack_id: UUID) -> Pack:
    return _find(require_scope(request, "read"), pack_id)


@router.get(
    "/packs/{pack_id}/files/{channel}",
    response={200: None, **ERRORS},
    summary="Download the ZIP of a channel",
    openapi_extra={"responses": {200: {"description": "A ZIP file", "content": {"application/zip": {}}}}},
)
def download(request: HttpRequest, pack_id: UUID, channel: str) -> HttpResponseBase:
    pack = _find(require_scope(request, "read"), pack_id)
    row = pack.files.filter(channel=channel).select_related("artifact", "workspace").first()
    if row is None:
        raise NotFound(f"This pack has no files for {channel[:40]}.")
    return send_file(
        request, packs.open_file(row), size=row.artifact.size, media_type="application/zip",
        filename=f"{channel}.zip",
    )  # fmt: skip


@router.delete("/packs/{pack_id}", response={204: None, **ERRORS}, summary="Delete a pack")
def delete_pack(request: HttpRequest, pack_id: UUID) -> Status[None]:
    token = require_scope(request, "jobs")
    packs.delete_pack(pack=_find(token, pack_id), actor=token.user)
    return Status(204, None)


def _find(token: ApiToken, key: UUID) -> Pack:
    rows = Pack.objects.filter(workspace=token.workspace).select_related("job", "workspace")
    return find(rows.prefetch_related("files__artifact"), key, "pack")


def _chosen(token: ApiToken, payload: PackIn) -> dict[str, Any]:
    return {
        "workspace": token.workspace,
        "actor": token.user,
        "campaign": campaign_of(token, payload.campaign) if payload.campaign else None,
        "assets": assets_of(token, payload.assets) if payload.assets else [],
        "channels": payload.channels,
        "fit": payload.fit,
    }
