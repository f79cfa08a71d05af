"""/api/v1/calendar-spreads: many pieces planned at once."""

from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.planning.campaigns_api import assets_of, campaign_of
from brandkiln.planning.models import Spread
from brandkiln.planning.spread_plans import MOST, MOST_CLOCKS, Plan, Wish, plan_spread
from brandkiln.planning.spreading import spread_pieces, undo_spread
from brandkiln.review.checking import people_named
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["calendar"])
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SpreadIn(Body):
    """Pieces, and the days, times and channels over which they are spread."""

    assets: list[UUID] = Field(min_length=1, max_length=MOST)
    """The oldest goes out first."""
    begin: date
    until: date | None = None
    """The last day; the pieces lie evenly between the two. Without it each time takes one until all have theirs."""
    weekdays: list[Weekday] = Field(list(WEEKDAYS[:5]), min_length=1, max_length=7)
    clocks: list[time] = Field([time(9)], min_length=1, max_length=MOST_CLOCKS)
    """Times of the day, each in an hour of its own."""
    channels: list[str] = Field(min_length=1, max_length=40)
    everywhere: bool = False
    """Whether a piece goes out in each channel that takes it, or in the one that suits it best."""
    time_zone: str = Field("UTC", max_length=64)
    approved: bool = False
    """Whether only approved pieces are planned."""
    again: bool = False
    """Whether pieces that stand on the calendar already are planned once more."""
    campaign: UUID | None = None
    person: str | None = None
    """E-mail address of the member who publishes them."""
    try_only: bool = False
    """Whether nothing is kept: the answer says what would be planned."""


class Planned(Schema):
    """A publication that is, or would be, on the calendar."""

    entry: UUID | None
    asset: UUID
    channel: str
    at: datetime


class LeftOut(Schema):
    """A piece that gets no day, and why."""

    asset: UUID
    code: str
    text: str


class SpreadOut(Schema):
    """What was planned at once; without an id, what would be."""

    id: UUID | None
    items: list[Planned]
    left: list[LeftOut]


class SpreadUndone(Schema):
    """What is off the calendar again, and what was changed since and stays."""

    removed: int
    kept: int


@router.post(
    "/calendar-spreads", response={200: SpreadOut, 201: SpreadOut, **ERRORS}, summary="Plan many at once"
)
def spread(request: HttpRequest, payload: SpreadIn) -> Status[SpreadOut]:
    """Spread pieces over days, times and channels; hours in which something goes out already are left free."""
    token = require_scope(request, "write")
    names = ("begin", "until", "clocks", "channels", "everywhere", "time_zone", "approved", "again")
    wish = Wish(
        **{name: getattr(payload, name) for name in names},
        weekdays=[WEEKDAYS.index(name) for name in payload.weekdays],
    )
    assets = assets_of(token, payload.assets)
    campaign = campaign_of(token, payload.campaign) if payload.campaign else None
    person = people_named(token.workspace.pk, [payload.person])[0] if payload.person else None
    if payload.try_only:
        plan = plan_spread(
            workspace=token.workspace, assets=assets, wish=wish, campaign=campaign, person=person
        )
        return Status(200, _said(None, plan))
    made, plan = spread_pieces(
        workspace=token.workspace, actor=token.user, assets=assets, wish=wish, campaign=campaign, person=person
    )  # fmt: skip
    return Status(201, _said(made, plan))


@router.post(
    "/calendar-spreads/{spread_id}/undo", response={200: SpreadUndone, **ERRORS}, summary="Take it all back"
)
def undo(request: HttpRequest, spread_id: UUID) -> dict[str, int]:
    """Take what was planned at once off the calendar, except what was changed since."""
    token = require_scope(request, "write")
    row = find(Spread.objects.filter(workspace=token.workspace), spread_id, "spread")
    removed, kept = undo_spread(spread=row)
    return {"removed": removed, "kept": kept}


def _said(made: Spread | None, plan: Plan) -> SpreadOut:
    return SpreadOut(
        id=made.pk if made else None,
        items=[
            Planned(entry=one.pk if made else None, asset=one.asset.pk, channel=one.channel, at=one.at)
            for one in plan.entries
            if one.asset
        ],
        left=[LeftOut(asset=one.asset.pk, code=one.code, text=one.text) for one in plan.left],
    )
