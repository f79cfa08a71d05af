"""/api/v1/recipe-steps, and versions that are made of versions: derive one, compare two."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.params.functions import Header, Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.comparing import compare
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.registry import STEPS
from brandkiln.datasets.splits import SplitRule
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.derivations import submit_derivation
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import program_key
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope
from generators.params import Seed, json_schema

router = Router(tags=["datasets"])
DifferenceName = Literal["added", "removed", "changed", "relabelled", "moved"]


class StepOut(Schema):
    """A cleaning step."""

    step: str
    title: str
    summary: str
    kinds: list[str]
    """The kinds of data that it works on."""
    params: dict[str, Any]
    """JSON Schema of its params."""


class StepsOut(Schema):
    """All cleaning steps, and the schema of the rule by which records are dealt."""

    items: list[StepOut]
    split_rule: dict[str, Any]


class DeriveIn(Body):
    """A recipe to run on a version."""

    recipe: list[dict[str, Any]] = Field(default_factory=list, max_length=50)
    """Steps in order, each ``{"step": name, ...params}``; what is left out gets its default."""
    split_rule: dict[str, Any] | None = None
    """How the records are dealt; null keeps the split that each has."""
    split_seed: Seed = 0


class SideOut(Schema):
    """A record on one side of a difference."""

    position: int
    name: str
    label: str
    split: str
    sha256: str


class DifferenceOut(Schema):
    """A record that is not the same in both versions; a side where it is missing is null."""

    before: SideOut | None
    after: SideOut | None


class CompareOut(Schema):
    """What differs between two versions."""

    counts: dict[str, int]
    """Records that are the same, added, removed, changed, relabelled, and moved to another split."""
    items: list[DifferenceOut]
    next: str | None


@router.get("/recipe-steps", response={200: StepsOut, **ERRORS}, summary="List cleaning steps")
def recipe_steps(request: HttpRequest) -> dict[str, Any]:
    require_scope(request, "read")
    return {
        "items": [
            {
                "step": step.name,
                "title": step.title,
                "summary": step.summary,
                "kinds": sorted(step.kinds),
                "params": json_schema(step),
            }
            for step in STEPS
        ],
        "split_rule": json_schema(SplitRule),
    }


@router.post("/versions/{version_id}/derive", response={202: JobOut, **ERRORS}, summary="Derive a version")
def derive(
    request: HttpRequest,
    version_id: UUID,
    payload: DeriveIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=120),
) -> Status[Job]:
    """Submit a job that runs the recipe on the version; its result names the new version."""
    token = require_scope(request, "jobs")
    job = submit_derivation(
        version=_version(token, version_id),
        recipe=payload.recipe,
        split_rule=payload.split_rule,
        split_seed=payload.split_seed,
        actor=token.user,
        idempotency_key=program_key(idempotency_key),
    )
    return Status(202, job)


@router.get(
    "/versions/{version_id}/compare", response={200: CompareOut, **ERRORS}, summary="Compare versions"
)
def compare_versions(
    request: HttpRequest,
    version_id: UUID,
    other: UUID | None = None,
    show: DifferenceName = "added",
    cursor: int | None = Query(None, ge=0, le=2**31 - 1),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, Any]:
    """Say what the version has that the other one has not, and the other way round; by default, its parent."""
    token = require_scope(request, "read")
    version = _version(token, version_id)
    if (other := other or version.parent_id) is None:
        message = _("This version was made from files alone; name the other version to compare it with.")
        raise Unprocessable(message, fields={"other": message})
    found = compare(before=_version(token, other), after=version)
    items, following = found.page(show, after=-1 if cursor is None else cursor, limit=limit)
    return {
        "counts": found.counts,
        "items": items,
        "next": None if following is None else str(following),
    }


def _version(token: ApiToken, version_id: UUID) -> DatasetVersion:
    versions = DatasetVersion.objects.filter(workspace=token.workspace, trashed_at=None)
    return find(versions.select_related("dataset__project", "workspace"), version_id, "data set version")
