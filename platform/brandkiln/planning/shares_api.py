"""/api/v1/shares: links at which people outside look at pieces."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.links import MOST_DAYS
from brandkiln.planning import shares
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.campaigns_api import assets_of, campaign_of
from brandkiln.planning.models import Share
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["shares"])
Right = Literal["view", "comment", "approve"]


class ShareIn(Body):
    """A link for somebody outside."""

    recipient: str = Field(min_length=1, max_length=80)
    """Who it is for; pictures are marked with it."""
    campaign: UUID | None = None
    assets: list[UUID] = Field([], max_length=500)
    title: str = Field("", max_length=120)
    right: Right = "view"
    days: int = Field(30, ge=1, le=MOST_DAYS)
    password: str = Field("", max_length=200)
    watermark: bool = True
    originals: bool = False
    counts: bool = False
    """Whether an approval there is the second pair of eyes that rules ask for; with the right `approve` only."""


class ShareOut(Schema):
    """A link for somebody outside; its address is said once."""

    id: UUID
    title: str
    recipient: str
    right: Right
    campaign: UUID | None = Field(alias="campaign_id")
    prefix: str
    has_password: bool
    watermark: bool
    originals: bool
    counts: bool
    views: int
    viewed_at: datetime | None
    expires_at: datetime
    created_at: datetime
    url: str = ""

    @staticmethod
    def resolve_has_password(share: Any) -> bool:
        return bool(share.password) if isinstance(share, Share) else bool(share["has_password"])


class SharePage(Schema):
    """One page of links, newest first."""

    items: list[ShareOut]
    next: str | None


class SeenOut(Schema):
    """Something that was done at a link."""

    did: str
    visitor: str
    asset: UUID | None = Field(alias="asset_id")
    text: str
    created_at: datetime

    @staticmethod
    def resolve_text(line: Any) -> str:
        return line.comment.text if line.comment else ""


class SeenPage(Schema):
    """One page of what was done at a link, newest first."""

    items: list[SeenOut]
    next: str | None


@router.get("/shares", response={200: SharePage, **ERRORS}, summary="List links for people outside")
def list_shares(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=MAX_PAGE)
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows = Share.objects.filter(workspace=token.workspace, revoked_at=None)
    found, following = page(rows, cursor=cursor, limit=limit)
    return {"items": found, "next": following}


@router.post("/shares", response={201: ShareOut, **ERRORS}, summary="Share pieces with somebody outside")
def create_share(request: HttpRequest, payload: ShareIn) -> Status[dict[str, Any]]:
    """Make an address at which somebody sees these pieces and nothing else; it is said this once."""
    token = require_scope(request, "write")
    fields = payload.dict()
    campaign, assets = fields.pop("campaign"), fields.pop("assets")
    share, secret = shares.create_share(
        workspace=token.workspace, actor=token.user, campaign=campaign_of(token, campaign) if campaign else None,
        assets=assets_of(token, assets) if assets else [], **fields,
    )  # fmt: skip
    names = (
        "id", "title", "recipient", "right", "campaign_id", "prefix", "watermark", "originals", "counts", "views",
        "viewed_at", "expires_at", "created_at",
    )  # fmt: skip
    out = {name: getattr(share, name) for name in names}
    url = f"{settings.PUBLIC_URL.rstrip('/')}/s/{secret}/"
    return Status(201, out | {"has_password": bool(share.password), "url": url})


@router.get("/shares/{share_id}", response={200: ShareOut, **ERRORS}, summary="Get a link")
def get_share(request: HttpRequest, share_id: UUID) -> Share:
    return _find(require_scope(request, "read"), share_id)


@router.get(
    "/shares/{share_id}/log", response={200: SeenPage, **ERRORS}, summary="See what was done at a link"
)
def list_log(
    request: HttpRequest,
    share_id: UUID,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    share = _find(require_scope(request, "read"), share_id)
    found, following = page(share.log.select_related("comment"), cursor=cursor, limit=limit)
    return {"items": found, "next": following}


@router.delete("/shares/{share_id}", response={204: None, **ERRORS}, summary="Withdraw a link")
def delete_share(request: HttpRequest, share_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    revoke_address(_find(token, share_id), actor=token.user)
    return Status(204, None)


def _find(token: ApiToken, key: UUID) -> Share:
    rows = Share.objects.filter(workspace=token.workspace).select_related("workspace")
    return find(rows, key, "link")
