"""/api/v1/checkpoints: side by side, production and its history, model cards, files and the trash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.downloads import send_file
from brandkiln.core.errors import NotAllowed
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.checkpoint_files import as_archive, open_made
from brandkiln.jobs.checkpoint_trash import restore_checkpoint, trash_checkpoint
from brandkiln.jobs.checkpoints_api import CheckpointOut
from brandkiln.jobs.comparisons import MOST, compare
from brandkiln.jobs.model_card import as_markdown, model_card
from brandkiln.jobs.models import Checkpoint, CheckpointFile, Job, Promotion
from brandkiln.jobs.production import roll_back
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["checkpoints"])


class CompareIn(Body):
    """Two to four checkpoints that draw the same seeds."""

    checkpoints: list[UUID] = Field(min_length=1, max_length=MOST)
    seed: int = Field(0, ge=0, le=2**32 - 1)
    """The first seed."""
    label: str | None = Field(None, max_length=200)
    """What all of them draw; null lets each seed choose."""


class RollbackIn(Body):
    """Whose production tag goes back."""

    project: str = Field(max_length=50)
    generator: str = Field(max_length=80)


class PromotionOut(Schema):
    """That a checkpoint went into production."""

    project: str = Field(alias="project.slug")
    generator: str
    checkpoint: UUID | None = Field(alias="checkpoint_id")
    number: int
    replaced: UUID | None = Field(alias="replaced_id")
    is_rollback: bool
    actor: str | None
    created_at: datetime

    @staticmethod
    def resolve_actor(move: Any) -> str | None:
        return move.actor.email if move.actor else None


class CheckpointFileOut(Schema):
    """A file that was made of a checkpoint, or a picture that it drew to be compared."""

    id: UUID
    role: str
    facts: dict[str, Any]
    size: int = Field(alias="artifact.size")
    sha256: str = Field(alias="artifact.sha256")
    job: UUID = Field(alias="job_id")
    download_url: str

    @staticmethod
    def resolve_download_url(file: Any) -> str:
        return f"/api/v1/checkpoints/{file.checkpoint_id}/files/{file.pk}"


@router.post("/checkpoints/compare", response={202: list[JobOut], **ERRORS}, summary="Compare checkpoints")
def compare_checkpoints(request: HttpRequest, payload: CompareIn) -> Status[list[Job]]:
    """Let each draw eight pictures of the same seeds; the pictures are among its files when its job has succeeded."""
    token = require_scope(request, "jobs")
    mine = Checkpoint.objects.filter(workspace=token.workspace).select_related("project", "workspace")
    rows = [find(mine, key, "checkpoint") for key in dict.fromkeys(payload.checkpoints)]
    return Status(202, compare(checkpoints=rows, seed=payload.seed, label=payload.label, actor=token.user))


@router.get(
    "/production", response={200: list[PromotionOut], **ERRORS}, summary="List what was in production"
)
def list_promotions(request: HttpRequest, project: str | None = None, generator: str | None = None) -> Any:
    """List the last 100 moves of the production tag, the newest first, of one project or generator or of all."""
    token = require_scope(request, "read")
    moves = Promotion.objects.filter(workspace=token.workspace).select_related("actor", "project")
    if project is not None:
        moves = moves.filter(project=find_project(workspace=token.workspace, slug=project))
    if generator is not None:
        moves = moves.filter(generator=generator)
    return moves[:100]


@router.post("/production/rollback", response={200: CheckpointOut, **ERRORS}, summary="Roll production back")
def rollback(request: HttpRequest, payload: RollbackIn) -> Checkpoint:
    """Put back what was in production before."""
    token = require_scope(request, "jobs")
    project = find_project(workspace=token.workspace, slug=payload.project)
    require_role(membership_of(token.user, token.workspace.slug), Role.PUBLISHER)
    return roll_back(project=project, generator=payload.generator, actor=token.user)


@router.get(
    "/checkpoints/{checkpoint_id}/card",
    response={200: None, **ERRORS},
    summary="Get a model card",
    openapi_extra={"responses": {200: {"description": "The card", "content": {"text/markdown": {}}}}},
)
def get_card(request: HttpRequest, checkpoint_id: UUID) -> HttpResponse:
    """Answer with the model card as Markdown, in the form of Hugging Face."""
    row = _find(request, "read", checkpoint_id)
    return HttpResponse(as_markdown(model_card(row)), content_type="text/markdown; charset=utf-8")


@router.get(
    "/checkpoints/{checkpoint_id}/download",
    response={200: None, **ERRORS},
    summary="Download a checkpoint",
    openapi_extra={"responses": {200: {"description": "A zip file", "content": {"application/zip": {}}}}},
)
def download(request: HttpRequest, checkpoint_id: UUID) -> HttpResponseBase:
    """Answer with the weights as safetensors, the model card and a script that loads them, in a zip file."""
    row = _find(request, "read", checkpoint_id)
    source, size = as_archive(row)
    name = f"{row.generator}-{row.number}.zip"
    return send_file(request, source, size=size, media_type="application/zip", filename=name)


@router.get(
    "/checkpoints/{checkpoint_id}/files",
    response={200: list[CheckpointFileOut], **ERRORS},
    summary="List a checkpoint's files",
)
def list_files(request: HttpRequest, checkpoint_id: UUID) -> Any:
    """List its ONNX files and what it drew to be compared, the newest 200."""
    row = _find(request, "read", checkpoint_id)
    return row.files.select_related("artifact")[:200]


@router.get(
    "/checkpoints/{checkpoint_id}/files/{made_id}",
    response={200: None, **ERRORS},
    summary="Download a checkpoint's file",
    openapi_extra={"responses": {200: {"description": "Bytes", "content": {"application/octet-stream": {}}}}},
)
def get_file(request: HttpRequest, checkpoint_id: UUID, made_id: UUID) -> HttpResponseBase:
    row = _find(request, "read", checkpoint_id)
    file = find(row.files.select_related("artifact", "workspace"), made_id, "file")
    assert isinstance(file, CheckpointFile)
    return send_file(
        request,
        open_made(file),
        size=file.artifact.size,
        media_type=file.artifact.media_type,
        filename=f"{row.generator}-{row.number}.{'png' if file.role == 'compared' else file.role}",
    )


@router.post(
    "/checkpoints/{checkpoint_id}/trash",
    response={200: CheckpointOut, **ERRORS},
    summary="Trash a checkpoint",
)
def trash(request: HttpRequest, checkpoint_id: UUID) -> Checkpoint:
    """Move it to the trash, where it is deleted for good after some days. What is in production stays."""
    row, actor = _mine(request, checkpoint_id)
    return trash_checkpoint(checkpoint=row, actor=actor)


@router.post(
    "/checkpoints/{checkpoint_id}/restore",
    response={200: CheckpointOut, **ERRORS},
    summary="Restore a checkpoint",
)
def restore(request: HttpRequest, checkpoint_id: UUID) -> Checkpoint:
    row, actor = _mine(request, checkpoint_id)
    return restore_checkpoint(checkpoint=row, actor=actor)


def _find(request: HttpRequest, scope: str, key: UUID) -> Checkpoint:
    token = require_scope(request, scope)
    rows = Checkpoint.objects.filter(workspace=token.workspace)
    row: Checkpoint = find(rows.select_related("project", "weights", "job", "parent"), key, "checkpoint")
    return row


def _mine(request: HttpRequest, key: UUID) -> tuple[Checkpoint, Any]:
    token = require_scope(request, "write")
    row = _find(request, "write", key)
    asked_for_it = row.job is not None and row.job.requested_by_id == token.user.pk
    role = Role(membership_of(token.user, token.workspace.slug).role)
    if not asked_for_it and role.rank < Role.PUBLISHER.rank:
        raise NotAllowed(
            "Whoever trained the checkpoint, publishers and admins may do that. Ask one of them."
        )
    return row, token.user
