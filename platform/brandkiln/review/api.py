"""/api/v1: reviews of assets, decisions about them, the rules they are made by, and what was learned from them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import AwareDatetime, Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.library.models import Asset
from brandkiln.projects.services import find_project
from brandkiln.review import checking, many, services
from brandkiln.review.models import Review, State, Step
from brandkiln.review.queries import Place, in_state, state_of, waiting_for
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["review"])
Decision = Literal["approved", "changes", "rejected"]
STEP_FIELDS = ("kind", "version", "sha256", "reasons", "note", "undone_at", "created_at")


class ReviewStepOut(Schema):
    """Something that was done in the review of an asset."""

    kind: str
    by: str
    """The e-mail address of a member, or the name that somebody from outside gave."""
    is_outside: bool
    version: int
    sha256: str
    reasons: list[str]
    note: str
    undone_at: datetime | None
    created_at: datetime


class ReviewOut(Schema):
    """Where an asset stands in review, as it is now."""

    asset: UUID
    state: State
    ended: State | None
    """What had been decided of an earlier version; the asset was changed since."""
    version: int
    """The version that the decision, or the one that ended, is about."""
    asked_by: str
    people: list[str]
    """Who is asked; nobody for any reviewer."""
    due_at: datetime | None
    note: str
    score: float | None
    """How probable its approval is, as was learned from earlier decisions."""
    steps: list[ReviewStepOut]


class ReviewLine(Schema):
    """An asset in a list of reviews."""

    asset: UUID
    title: str
    state: State
    version: int
    due_at: datetime | None
    score: float | None


class ReviewPage(Schema):
    """One page of reviews, newest asset first."""

    items: list[ReviewLine]
    next: str | None


class AskBody(Body):
    """Whom to ask, until when."""

    people: list[str] = Field(default_factory=list, max_length=checking.MOST_PEOPLE)
    """E-mail addresses of members; nobody for any reviewer."""
    due_at: AwareDatetime | None = None
    """By default after the days that the project's rules give."""
    note: str = Field("", max_length=400)


class DecisionBody(Body):
    """What is decided."""

    decision: Decision
    sha256: str = Field(min_length=64, max_length=64)
    """Of the content that was looked at, as the asset's receipt has it; another one is refused."""
    reasons: list[str] = Field(default_factory=list, max_length=20)
    note: str = Field("", max_length=checking.LONGEST_NOTE)


class ManyAskBody(AskBody):
    """The same for many assets."""

    assets: list[UUID] = Field(min_length=1, max_length=many.MOST)


class ManyDecisionBody(Body):
    """The same decision about many assets, as they are now."""

    assets: list[UUID] = Field(min_length=1, max_length=many.MOST)
    decision: Decision
    reasons: list[str] = Field(default_factory=list, max_length=20)
    note: str = Field("", max_length=checking.LONGEST_NOTE)


class Refused(Schema):
    """An asset that it could not be done to, and why."""

    asset: UUID
    message: str


class ManyOut(Schema):
    """What came of many."""

    done: list[UUID]
    refused: list[Refused]


@router.get("/reviews", response={200: ReviewPage, **ERRORS}, summary="List reviews")
def list_reviews(
    request: HttpRequest,
    state: State = State.IN_REVIEW,
    project: str | None = None,
    mine: bool = False,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    """List assets by where they stand; `mine` limits them to those that wait for the token's owner."""
    token = require_scope(request, "read")
    rows = in_state(Asset.objects.filter(workspace=token.workspace, trashed_at=None), state)
    if project is not None:
        rows = rows.filter(project=find_project(workspace=token.workspace, slug=project))
    if mine:
        rows = rows.filter(pk__in=waiting_for(token.user, token.workspace).values("asset"))
    found, following = page(rows, cursor=cursor, limit=limit)
    places = state_of(found)
    items = [
        {
            "asset": asset.pk, "title": str(asset), "state": places[asset.pk].state,
            "version": places[asset.pk].version, "due_at": places[asset.pk].due_at,
            "score": review.score if (review := places[asset.pk].review) else None,
        }
        for asset in found
    ]  # fmt: skip
    return {"items": items, "next": following}


@router.post("/reviews/requests", response={200: ManyOut, **ERRORS}, summary="Ask about many assets")
def ask_many(request: HttpRequest, payload: ManyAskBody) -> dict[str, object]:
    token = require_scope(request, "write")
    people = checking.people_named(token.workspace_id, payload.people)
    outcome = many.ask_many(
        assets=_named(token, payload.assets),
        actor=token.user,
        people=people,
        due_at=payload.due_at,
        note=payload.note,
    )
    return _came_of(outcome)


@router.post("/reviews/decisions", response={200: ManyOut, **ERRORS}, summary="Decide about many assets")
def decide_many(request: HttpRequest, payload: ManyDecisionBody) -> dict[str, object]:
    token = require_scope(request, "write")
    outcome = many.decide_many(
        assets=_named(token, payload.assets), decision=payload.decision, actor=token.user,
        reasons=payload.reasons, note=payload.note,
    )  # fmt: skip
    return _came_of(outcome)


@router.get("/assets/{asset_id}/review", response={200: ReviewOut, **ERRORS}, summary="Get an asset's review")
def get_review(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    return _out(_find(require_scope(request, "read"), asset_id))


@router.post("/assets/{asset_id}/review", response={200: ReviewOut, **ERRORS}, summary="Ask for a review")
def ask(request: HttpRequest, asset_id: UUID, payload: AskBody) -> dict[str, object]:
    token = require_scope(request, "write")
    asset, people = _find(token, asset_id), checking.people_named(token.workspace_id, payload.people)
    services.ask(asset=asset, actor=token.user, people=people, due_at=payload.due_at, note=payload.note)
    return _out(asset)


@router.delete(
    "/assets/{asset_id}/review", response={200: ReviewOut, **ERRORS}, summary="Withdraw the request"
)
def withdraw(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    services.withdraw(asset=asset, actor=token.user)
    return _out(asset)


@router.post(
    "/assets/{asset_id}/decision", response={200: ReviewOut, **ERRORS}, summary="Decide about an asset"
)
def decide(request: HttpRequest, asset_id: UUID, payload: DecisionBody) -> dict[str, object]:
    """Approve, reject or send back one exact version; needs the role Reviewer."""
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    services.decide(
        asset=asset, decision=payload.decision, actor=token.user, seen=payload.sha256,
        reasons=payload.reasons, note=payload.note,
    )  # fmt: skip
    return _out(asset)


@router.delete(
    "/assets/{asset_id}/decision", response={200: ReviewOut, **ERRORS}, summary="Undo one's decision"
)
def undo(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    services.undo(asset=asset, actor=token.user)
    return _out(asset)


def _assets(token: ApiToken) -> QuerySet[Asset]:
    rows = Asset.objects.filter(workspace=token.workspace, trashed_at=None)
    return rows.select_related("artifact", "workspace", "project", "job", "hold")


def _find(token: ApiToken, asset_id: UUID) -> Asset:
    return find(_assets(token), asset_id, "asset")


def _named(token: ApiToken, keys: list[UUID]) -> list[Asset]:
    """Return the assets with these ids; raise NotFound where one is not there."""
    found = {asset.pk: asset for asset in _assets(token).filter(pk__in=keys)}
    return [found[key] if key in found else _find(token, key) for key in dict.fromkeys(keys)]


def _came_of(outcome: many.Outcome) -> dict[str, object]:
    refused = [{"asset": asset.pk, "message": why} for asset, why in outcome.refused]
    return {"done": [asset.pk for asset in outcome.done], "refused": refused}


def _out(asset: Asset) -> dict[str, object]:
    place: Place = state_of([asset])[asset.pk]
    review: Review | None = place.review
    steps = Step.objects.filter(asset=asset).select_related("by")
    return {
        "asset": asset.pk,
        "state": place.state,
        "ended": place.ended,
        "version": place.version,
        "asked_by": review.asked_by.email if review and review.asked_by else "",
        "people": list(review.assignments.values_list("person__email", flat=True)) if review else [],
        "due_at": place.due_at,
        "note": review.note if review else "",
        "score": review.score if review else None,
        "steps": [
            {
                "by": step.guest or (step.by.email if step.by else ""), "is_outside": bool(step.guest),
                **{name: getattr(step, name) for name in STEP_FIELDS},
            }
            for step in steps
        ],
    }  # fmt: skip
