"""/api/v1/checkpoints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, find, page
from brandkiln.jobs.models import Checkpoint
from brandkiln.jobs.production import promote_checkpoint
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["checkpoints"])


class CheckpointOut(Schema):
    """A trained network: what made it and how good it is."""

    id: UUID
    project: str = Field(alias="project.slug")
    generator: str
    generator_version: str
    number: int
    is_production: bool
    retrain_reason: str
    """Why it should be trained anew, such as an erased record that it learned from; empty where there is no reason."""
    metrics: dict[str, float]
    card: dict[str, Any]
    """Params, architecture, labels and hashes, as they lie beside the weights."""
    weights_sha256: str = Field(alias="weights.sha256")
    weights_bytes: int = Field(alias="weights.size")
    parent: UUID | None = Field(alias="parent_id")
    """The checkpoint that it is a smaller form of."""
    compression: dict[str, Any]
    """How it was made smaller, with figures before and after; empty where it was trained."""
    trashed_at: datetime | None
    dataset_version: UUID | None = Field(alias="dataset_version_id")
    job: UUID | None = Field(alias="job_id")
    created_at: datetime


class CheckpointPage(Schema):
    """One page of checkpoints, newest first."""

    items: list[CheckpointOut]
    next: str | None


@router.get("/checkpoints", response={200: CheckpointPage, **ERRORS}, summary="List checkpoints")
def list_checkpoints(
    request: HttpRequest,
    project: str | None = None,
    generator: str | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    checkpoints = Checkpoint.objects.filter(workspace=token.workspace, trashed_at=None)
    if project is not None:
        checkpoints = checkpoints.filter(project=find_project(workspace=token.workspace, slug=project))
    if generator is not None:
        checkpoints = checkpoints.filter(generator=generator)
    rows, following = page(checkpoints.select_related("project", "weights"), cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get(
    "/checkpoints/{checkpoint_id}", response={200: CheckpointOut, **ERRORS}, summary="Get a checkpoint"
)
def get_checkpoint(request: HttpRequest, checkpoint_id: UUID) -> Checkpoint:
    token = require_scope(request, "read")
    return find(Checkpoint.objects.filter(workspace=token.workspace), checkpoint_id, "checkpoint")


@router.post(
    "/checkpoints/{checkpoint_id}/promote",
    response={200: CheckpointOut, **ERRORS},
    summary="Put a checkpoint into production",
)
def promote(request: HttpRequest, checkpoint_id: UUID) -> Checkpoint:
    token = require_scope(request, "jobs")
    require_role(membership_of(token.user, token.workspace.slug), Role.PUBLISHER)
    checkpoint = find(Checkpoint.objects.filter(workspace=token.workspace), checkpoint_id, "checkpoint")
    return promote_checkpoint(checkpoint=checkpoint, actor=token.user)
