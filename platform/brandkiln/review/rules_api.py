"""/api/v1: the rules of review, and what was learned from decisions."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from brandkiln.core.api import ERRORS, Body
from brandkiln.projects.services import find_project
from brandkiln.review.models import Ranker
from brandkiln.review.ranking import is_used, rankers_of
from brandkiln.review.rules import MOST_APPROVALS, MOST_DAYS, Rules, rules_for, set_rules
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["review"])


class RulesBody(Body):
    """How pieces are approved."""

    four_eyes: bool = True
    approvals: int = Field(1, ge=1, le=MOST_APPROVALS)
    days: int = Field(3, ge=0, le=MOST_DAYS)


class RulesOut(Schema):
    """The rules that hold."""

    four_eyes: bool
    approvals: int
    days: int
    is_own: bool
    """Whether they were set for what was asked about; else they are the workspace's, or those it began with."""


class RankerOut(Schema):
    """What was learned of texts or of images."""

    about: str
    is_used: bool
    """Whether queues can be sorted by it: it learned enough and does better than chance."""
    approved: int
    refused: int
    auc: float | None
    learned_at: datetime | None


class RankerList(Schema):
    """What was learned."""

    items: list[RankerOut]


@router.get("/review-rules", response={200: RulesOut, **ERRORS}, summary="Get the rules of review")
def get_rules(request: HttpRequest, project: str | None = None) -> Rules:
    token = require_scope(request, "read")
    named = find_project(workspace=token.workspace, slug=project) if project is not None else None
    return rules_for(token.workspace, named)


@router.put("/review-rules", response={200: RulesOut, **ERRORS}, summary="Set the rules of review")
def put_rules(request: HttpRequest, payload: RulesBody, project: str | None = None) -> Rules:
    """Set the rules of a project, or those of all without rules of their own; needs the role Publisher."""
    token = require_scope(request, "write")
    named = find_project(workspace=token.workspace, slug=project) if project is not None else None
    return set_rules(workspace=token.workspace, project=named, actor=token.user, **payload.dict())


@router.get(
    "/review-rankers", response={200: RankerList, **ERRORS}, summary="See what was learned from decisions"
)
def list_rankers(request: HttpRequest) -> dict[str, object]:
    def shown(ranker: Ranker) -> dict[str, Any]:
        names = ("about", "approved", "refused", "auc", "learned_at")
        return {name: getattr(ranker, name) for name in names} | {"is_used": is_used(ranker)}

    return {"items": [shown(one) for one in rankers_of(require_scope(request, "read").workspace)]}
