"""/api/v1/calendar: what is to be published when; and calendars for other programs."""

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import AwareDatetime, Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.errors import Unprocessable
from brandkiln.planning import entries
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.campaigns_api import assets_of, campaign_of
from brandkiln.planning.conflicts import look
from brandkiln.planning.feeds import create_feed
from brandkiln.planning.models import Entry, Feed
from brandkiln.planning.zones import moved_to_day, zone
from brandkiln.review.checking import people_named
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["calendar"])
MOST = 2_000
MOST_DAYS = 400


class EntryIn(Body):
    """A planned publication."""

    at: AwareDatetime
    time_zone: str = Field("UTC", max_length=64)
    """An IANA name; its clock is kept when the entry is moved to another day."""
    channel: str = Field("", max_length=40)
    """Empty: the one that suits the piece and the campaign best."""
    campaign: UUID | None = None
    asset: UUID | None = None
    """Without one it is a slot that waits for its piece."""
    title: str = Field("", max_length=200)
    note: str = Field("", max_length=2000)
    person: str | None = None
    """E-mail address of the member who publishes it."""


class EntryChange(Body):
    """What to change; what is left out stays, null takes it away."""

    at: AwareDatetime | None = None
    day: date | None = None
    """Another day, on which the entry's clock shows the same time."""
    time_zone: str | None = Field(None, max_length=64)
    channel: str | None = Field(None, max_length=40)
    campaign: UUID | None = None
    asset: UUID | None = None
    title: str | None = Field(None, max_length=200)
    note: str | None = Field(None, max_length=2000)
    person: str | None = None
    published: bool | None = None
    sequence: int | None = None
    """The sequence that was read; the change is refused where somebody else made one meanwhile."""


class UndoIn(Body):
    """Which change is taken back: the one that made this sequence."""

    sequence: int = Field(ge=0)


class TroubleOut(Schema):
    """Something that stands against a publication."""

    code: str
    text: str
    weight: Literal["bad", "warn", "info"]


class EntryOut(Schema):
    """A planned publication."""

    id: UUID
    at: datetime
    time_zone: str
    channel: str
    campaign: UUID | None = Field(alias="campaign_id")
    asset: UUID | None = Field(alias="asset_id")
    version: str
    """SHA-256 of the piece as it was planned."""
    title: str
    note: str
    person: str | None
    published_at: datetime | None
    sequence: int
    troubles: list[TroubleOut] = []

    @staticmethod
    def resolve_person(entry: Any) -> str | None:
        return entry.person.email if isinstance(entry, Entry) and entry.person else None


class EntryList(Schema):
    """The entries between two moments, in order."""

    items: list[EntryOut]


class FeedIn(Body):
    """A calendar for another program."""

    name: str = Field(min_length=1, max_length=80)
    campaign: UUID | None = None
    channel: str = Field("", max_length=40)
    mine: bool = False
    """Whether only what its owner publishes is in it."""


class FeedOut(Schema):
    """A calendar for another program; its address is said once."""

    id: UUID
    name: str
    prefix: str
    campaign: UUID | None = Field(alias="campaign_id")
    channel: str
    mine: bool
    viewed_at: datetime | None
    created_at: datetime
    url: str = ""


class FeedList(Schema):
    """A person's own calendars that are not withdrawn."""

    items: list[FeedOut]


@router.get("/calendar", response={200: EntryList, **ERRORS}, summary="List what is planned")
def list_entries(
    request: HttpRequest,
    begin: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    campaign: UUID | None = None,
    channel: str = Query("", max_length=40),
) -> dict[str, object]:
    """Return what is planned between two moments, by default in the next 30 days, with what stands against each."""
    token = require_scope(request, "read")
    begin = begin or timezone.now()
    end = end or begin + timedelta(days=30)
    if not timedelta() <= end - begin <= timedelta(days=MOST_DAYS):
        message = f"The end lies before the beginning or more than {MOST_DAYS} days after it."
        raise Unprocessable(message, fields={"end": message})
    rows = entries.entries_of(token.workspace).filter(at__gte=begin, at__lt=end)
    if campaign:
        rows = rows.filter(campaign=campaign_of(token, campaign))
    if channel:
        rows = rows.filter(channel=channel)
    return {"items": _shown(list(rows[:MOST]))}


@router.post("/calendar", response={201: EntryOut, **ERRORS}, summary="Plan a publication")
def create_entry(request: HttpRequest, payload: EntryIn) -> Status[dict[str, Any]]:
    token = require_scope(request, "write")
    row = entries.create_entry(workspace=token.workspace, actor=token.user, **_named(token, payload.dict()))
    return Status(201, _one(token, row.pk))


@router.get("/calendar/{entry_id}", response={200: EntryOut, **ERRORS}, summary="Get a planned publication")
def get_entry(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    return _one(require_scope(request, "read"), entry_id)


@router.patch("/calendar/{entry_id}", response={200: EntryOut, **ERRORS}, summary="Change or move it")
def change_entry(request: HttpRequest, entry_id: UUID, payload: EntryChange) -> dict[str, Any]:
    """Change an entry; a day moves it there by its own clock, an asset named again takes its newest version."""
    token = require_scope(request, "write")
    row = _find(token, entry_id)
    fields = payload.dict(exclude_unset=True)
    seen, published, day = (fields.pop(name, None) for name in ("sequence", "published", "day"))
    for name in ("at", "time_zone", "channel", "title", "note"):
        if fields.get(name, "") is None:
            del fields[name]
    fields = _named(token, fields)
    if day:
        fields["at"] = moved_to_day(
            fields.get("at", row.at), day, zone(fields.get("time_zone", row.time_zone))
        )
    if fields:
        entries.update_entry(entry=row, actor=token.user, seen=seen, **fields)
    if published is not None:
        entries.mark_published(entry=row, actor=token.user, published=published)
    return _one(token, entry_id)


@router.delete("/calendar/{entry_id}", response={204: None, **ERRORS}, summary="Take it off the calendar")
def remove_entry(request: HttpRequest, entry_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    entries.remove_entry(entry=_find(token, entry_id), actor=token.user)
    return Status(204, None)


@router.post("/calendar/{entry_id}/undo", response={200: EntryOut, **ERRORS}, summary="Take a change back")
def undo_entry(request: HttpRequest, entry_id: UUID, payload: UndoIn) -> dict[str, Any]:
    """Take back the change that made a sequence, also taking it off; only the last one can be."""
    token = require_scope(request, "write")
    rows = entries.entries_with_removed().filter(workspace=token.workspace)
    row = find(rows, entry_id, "calendar entry")
    back = entries.undo_entry(entry=row, sequence=payload.sequence)
    return _shown([entries.entries_with_removed().get(pk=back.pk)])[0]


@router.get("/calendar-feeds", response={200: FeedList, **ERRORS}, summary="List your calendar addresses")
def list_feeds(request: HttpRequest) -> dict[str, object]:
    token = require_scope(request, "read")
    return {"items": list(Feed.objects.filter(workspace=token.workspace, owner=token.user, revoked_at=None))}


@router.post("/calendar-feeds", response={201: FeedOut, **ERRORS}, summary="Make a calendar address")
def make_feed(request: HttpRequest, payload: FeedIn) -> Status[dict[str, Any]]:
    """Make an address at which a calendar program reads the entries; it is said this once."""
    token = require_scope(request, "write")
    campaign = campaign_of(token, payload.campaign) if payload.campaign else None
    feed, secret = create_feed(
        workspace=token.workspace, owner=token.user, name=payload.name, campaign=campaign, channel=payload.channel,
        mine=payload.mine,
    )  # fmt: skip
    names = ("id", "name", "prefix", "campaign_id", "channel", "mine", "viewed_at", "created_at")
    out = {name: getattr(feed, name) for name in names}
    url = f"{settings.PUBLIC_URL.rstrip('/')}/c/{secret}/calendar.ics"
    return Status(201, out | {"url": url})


@router.delete(
    "/calendar-feeds/{feed_id}", response={204: None, **ERRORS}, summary="Withdraw a calendar address"
)
def delete_feed(request: HttpRequest, feed_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    rows = Feed.objects.filter(workspace=token.workspace, owner=token.user).select_related("workspace")
    revoke_address(find(rows, feed_id, "calendar address"), actor=token.user)
    return Status(204, None)


def _find(token: ApiToken, key: UUID) -> Entry:
    return find(entries.entries_of(token.workspace), key, "calendar entry")


def _one(token: ApiToken, key: UUID) -> dict[str, Any]:
    return _shown([_find(token, key)])[0]


def _shown(rows: list[Entry]) -> list[dict[str, Any]]:
    names = (
        "id", "at", "time_zone", "channel", "campaign_id", "asset_id", "version", "title", "note", "published_at",
        "sequence",
    )  # fmt: skip
    return [
        {name: getattr(one.entry, name) for name in names}
        | {"person": one.entry.person.email if one.entry.person else None, "troubles": list(one.troubles)}
        for one in look(rows)
    ]


def _named(token: ApiToken, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the rows that they name."""
    if fields.get("campaign"):
        fields["campaign"] = campaign_of(token, fields["campaign"])
    if fields.get("asset"):
        fields["asset"] = assets_of(token, [fields["asset"]])[0]
    if fields.get("person"):
        fields["person"] = people_named(token.workspace.pk, [fields["person"]])[0]
    return fields
