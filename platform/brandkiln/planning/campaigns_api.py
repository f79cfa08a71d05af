"""/api/v1/campaigns: campaigns and their pieces."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.errors import NotFound
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.planning import campaigns
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.progress import missing_in, with_progress
from brandkiln.projects.services import find_project
from brandkiln.review.checking import people_named
from brandkiln.review.queries import state_of
from brandkiln.workspaces.models import ApiToken, Workspace
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["campaigns"])
State = Literal["planned", "running", "done"]


class CampaignIn(Body):
    """A new campaign."""

    project: str
    """Slug of the project."""
    name: str = Field(min_length=1, max_length=120)
    brief: str = Field("", max_length=8000)
    goal: str = Field("", max_length=300)
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day."""
    channels: list[str] = Field([], max_length=40)
    people: list[str] = Field([], max_length=100)
    """E-mail addresses of members."""


class CampaignChange(Body):
    """What to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=120)
    brief: str | None = Field(None, max_length=8000)
    goal: str | None = Field(None, max_length=300)
    starts_on: date | None = None
    ends_on: date | None = None
    channels: list[str] | None = Field(None, max_length=40)
    people: list[str] | None = Field(None, max_length=100)
    state: State | None = None
    archived: bool | None = None


class CampaignOut(Schema):
    """A campaign with how far it has come."""

    id: UUID
    project: str = Field(alias="project.slug")
    name: str
    brief: str
    goal: str
    starts_on: date | None
    ends_on: date | None
    channels: list[str]
    people: list[str]
    state: State
    archived_at: datetime | None
    pieces: int = Field(alias="piece_count")
    approved: int = Field(alias="approved_count")
    slots: int = Field(alias="slot_count")
    """Entries of the calendar."""
    empty: int = Field(alias="empty_count")
    """Those without a piece."""
    ready: int = Field(alias="ready_count")
    """Those whose piece is approved as it is now."""
    published: int = Field(alias="published_count")
    created_at: datetime

    @staticmethod
    def resolve_people(campaign: Campaign) -> list[str]:
        return [person.email for person in campaign.people.all()]


class CampaignPage(Schema):
    """One page of campaigns, newest first."""

    items: list[CampaignOut]
    next: str | None


class PiecesIn(Body):
    """Assets of a campaign."""

    assets: list[UUID] = Field(min_length=1, max_length=500)


class PieceOut(Schema):
    """An asset of a campaign."""

    asset: UUID
    title: str
    media_type: str
    state: str
    """Where it stands in review."""
    channels: list[str]
    """Where it is planned."""


class PieceList(Schema):
    """The pieces of a campaign, and what it still needs."""

    items: list[PieceOut]
    missing: list[str]
    next: str | None


class CampaignJobIn(Body):
    """A job whose pieces belong to a campaign."""

    job: UUID


@router.get("/campaigns", response={200: CampaignPage, **ERRORS}, summary="List campaigns")
def list_campaigns(
    request: HttpRequest,
    archived: bool = False,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows, following = page(
        _rows(token.workspace).filter(archived_at__isnull=not archived), cursor=cursor, limit=limit
    )
    return {"items": rows, "next": following}


@router.post("/campaigns", response={201: CampaignOut, **ERRORS}, summary="Create a campaign")
def create_campaign(request: HttpRequest, payload: CampaignIn) -> Status[Campaign]:
    token = require_scope(request, "write")
    fields = payload.dict()
    project = find_project(workspace=token.workspace, slug=fields.pop("project"))
    named = fields.pop("people")
    people = people_named(token.workspace.pk, named) if named else None
    row = campaigns.create_campaign(project=project, actor=token.user, people=people, **fields)
    return Status(201, campaign_of(token, row.pk))


@router.get("/campaigns/{campaign_id}", response={200: CampaignOut, **ERRORS}, summary="Get a campaign")
def get_campaign(request: HttpRequest, campaign_id: UUID) -> Campaign:
    return campaign_of(require_scope(request, "read"), campaign_id)


@router.patch("/campaigns/{campaign_id}", response={200: CampaignOut, **ERRORS}, summary="Change a campaign")
def change_campaign(request: HttpRequest, campaign_id: UUID, payload: CampaignChange) -> Campaign:
    """Change what a campaign is about, put it away, or take it back."""
    token = require_scope(request, "write")
    row = campaign_of(token, campaign_id)
    fields = payload.dict(exclude_unset=True)
    archived = fields.pop("archived", None)
    for name in ("name", "brief", "goal", "channels", "state"):
        if fields.get(name, "") is None:
            del fields[name]
    if "people" in fields:
        fields["people"] = people_named(token.workspace.pk, fields["people"] or [])
    if fields:
        campaigns.update_campaign(campaign=row, actor=token.user, **fields)
    if archived is not None:
        change = campaigns.archive_campaign if archived else campaigns.restore_campaign
        change(campaign=row, actor=token.user)
    return campaign_of(token, campaign_id)


@router.get(
    "/campaigns/{campaign_id}/pieces", response={200: PieceList, **ERRORS}, summary="List a campaign's pieces"
)
def list_pieces(
    request: HttpRequest,
    campaign_id: UUID,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    """Return the pieces with where each stands in review and is planned, and what the campaign still needs."""
    row = campaign_of(require_scope(request, "read"), campaign_id)
    pieces, following = page(
        row.pieces.filter(asset__trashed_at=None).select_related("asset"), cursor=cursor, limit=limit
    )
    places = state_of([piece.asset for piece in pieces])
    planned = Entry.objects.filter(campaign=row, removed_at=None, asset__in=[piece.asset for piece in pieces])
    channels: dict[UUID | None, list[str]] = {}
    for key, channel in planned.order_by("at").values_list("asset_id", "channel"):
        channels.setdefault(key, []).append(channel)
    items: list[dict[str, Any]] = [
        {
            "asset": piece.asset_id,
            "title": piece.asset.title,
            "media_type": piece.asset.media_type,
            "state": str(places[piece.asset_id].state),
            "channels": channels.get(piece.asset_id, []),
        }
        for piece in pieces
    ]
    return {"items": items, "missing": [one.text for one in missing_in(row)], "next": following}


@router.post(
    "/campaigns/{campaign_id}/pieces",
    response={200: CampaignOut, **ERRORS},
    summary="Add pieces to a campaign",
)
def add_pieces(request: HttpRequest, campaign_id: UUID, payload: PiecesIn) -> Campaign:
    token = require_scope(request, "write")
    row = campaign_of(token, campaign_id)
    campaigns.add_pieces(campaign=row, assets=assets_of(token, payload.assets), actor=token.user)
    return campaign_of(token, campaign_id)


@router.delete(
    "/campaigns/{campaign_id}/pieces/{asset_id}",
    response={204: None, **ERRORS},
    summary="Take a piece out of a campaign",
)
def remove_piece(request: HttpRequest, campaign_id: UUID, asset_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    row = campaign_of(token, campaign_id)
    campaigns.remove_pieces(campaign=row, assets=assets_of(token, [asset_id]))
    return Status(204, None)


@router.post(
    "/campaigns/{campaign_id}/jobs",
    response={200: CampaignOut, **ERRORS},
    summary="Let a job work for a campaign",
)
def add_job(request: HttpRequest, campaign_id: UUID, payload: CampaignJobIn) -> Campaign:
    """Let what a job makes, and has made, belong to a campaign."""
    token = require_scope(request, "jobs")
    row = campaign_of(token, campaign_id)
    job = find(Job.objects.filter(workspace=token.workspace), payload.job, "job")
    campaigns.work_for(campaign=row, job=job, actor=token.user)
    return campaign_of(token, campaign_id)


def campaign_of(token: ApiToken, key: UUID) -> Campaign:
    """Return the token's campaign with this id."""
    return find(_rows(token.workspace), key, "campaign")


def assets_of(token: ApiToken, keys: list[UUID]) -> list[Asset]:
    """Return the assets with these ids; raise NotFound where the workspace has not all of them."""
    rows = Asset.objects.filter(workspace=token.workspace, trashed_at=None, pk__in=keys)
    found = list(rows.select_related("artifact", "hold", "project").order_by("created_at", "pk"))
    if missing := set(keys) - {asset.pk for asset in found}:
        raise NotFound(f"There is no asset {min(missing, key=str)} in this workspace.")
    return found


def _rows(workspace: Workspace) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(workspace=workspace).select_related("project", "workspace")
    return with_progress(rows.prefetch_related("people"))
