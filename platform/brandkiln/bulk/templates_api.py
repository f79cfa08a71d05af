"""/api/v1/bulk-templates."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.bulk import templates
from brandkiln.bulk.models import Template, TemplateVersion
from brandkiln.bulk.queries import templates_of, uses_of
from brandkiln.bulk.variables import Kind
from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.requests import CheckpointChoice
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["bulk"])


class VariableIn(Body):
    """Something that differs from row to row; params name it in braces, like {name}."""

    name: str = Field(max_length=40)
    title: str = Field("", max_length=80)
    kind: Kind = "text"
    """"facts" takes several columns as lines of "name: value"; a list is cut at semicolons or commas."""
    required: bool = True
    default: str = Field("", max_length=2000)
    choices: list[str] = Field(default_factory=list, max_length=100)
    least: float | None = None
    most: float | None = None


class ContentIn(Body):
    """What a template makes."""

    generator: str = Field(max_length=80)
    params: dict[str, Any] = Field(default_factory=dict)
    """The generator's sample params. A text may hold {variables}; a param that is nothing but one takes its value."""
    variables: list[VariableIn] = Field(default_factory=list, max_length=40)
    checkpoint: UUID | Literal["production"] | None = None


class TemplateIn(Body):
    """A new template: its content, or the job or the template that it begins as."""

    name: str = Field("", max_length=80)
    summary: str = Field("", max_length=300)
    content: ContentIn | None = None
    job: UUID | None = None
    """A job whose params it takes; the product's facts become a variable."""
    copied_from: UUID | None = None


class TemplateChange(Body):
    """Another name or summary."""

    name: str | None = Field(None, max_length=80)
    summary: str | None = Field(None, max_length=300)


class VersionIn(Body):
    """The next version: its content, or the number of an earlier one that is to hold again."""

    content: ContentIn | None = None
    restore: int | None = Field(None, ge=1)
    note: str = Field("", max_length=200)
    seen: int | None = Field(None, ge=1)
    """The version that the change began with; a newer one answers with a conflict."""


class BulkTemplateVersionOut(Schema):
    """A version of a template, which never changes."""

    number: int
    generator: str
    params: dict[str, Any]
    variables: list[dict[str, Any]]
    checkpoint: UUID | Literal["production"] | None
    note: str
    created_at: datetime

    @staticmethod
    def resolve_checkpoint(version: Any) -> Any:
        return "production" if version.uses_production else version.checkpoint_id


class BulkTemplateOut(Schema):
    """A template with its newest version."""

    id: UUID
    name: str
    summary: str
    archived: bool
    newest: BulkTemplateVersionOut
    used_by: list[UUID]
    """The bulks that were made with any of its versions."""
    created_at: datetime

    @staticmethod
    def resolve_archived(template: Template) -> bool:
        return template.archived_at is not None

    @staticmethod
    def resolve_newest(template: Any) -> TemplateVersion:
        listed = getattr(template, "newest_first", None)
        return listed[0] if listed else templates.newest_version(template)

    @staticmethod
    def resolve_used_by(template: Any) -> list[UUID]:
        return uses_of([template])[template.pk] if template.uses is None else template.uses


class BulkTemplatePage(Schema):
    """One page of templates, newest first."""

    items: list[BulkTemplateOut]
    next: str | None


@router.get("/bulk-templates", response={200: BulkTemplatePage, **ERRORS}, summary="List templates of bulks")
def list_templates(
    request: HttpRequest,
    archived: bool = False,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows, following = page(templates_of(token.workspace, archived=archived), cursor=cursor, limit=limit)
    uses = uses_of(rows)
    for template in rows:
        template.uses = uses[template.pk]
    return {"items": rows, "next": following}


@router.post(
    "/bulk-templates", response={201: BulkTemplateOut, **ERRORS}, summary="Create a template of bulks"
)
def create(request: HttpRequest, payload: TemplateIn) -> Status[Template]:
    """Make a template of content, of what a job made, or as a copy of another one."""
    token = require_scope(request, "write")
    name, summary = payload.name, payload.summary
    if payload.content is not None:
        content = _content(token, payload.content)
    elif payload.job is not None:
        begun = templates.start_from_job(
            find(Job.objects.filter(workspace=token.workspace), payload.job, "job")
        )
        content, name = begun.content, name or begun.name
    elif payload.copied_from is not None:
        other = _find(token, payload.copied_from)
        content, name = templates.content_of(templates.newest_version(other)), name or other.name
    else:
        message = "Send content, job or copied_from."
        raise Unprocessable(message, fields={"content": message})
    made = templates.create_template(
        workspace=token.workspace, actor=token.user, name=name, summary=summary, content=content
    )
    return Status(201, made)


@router.get(
    "/bulk-templates/{bulk_template_id}",
    response={200: BulkTemplateOut, **ERRORS},
    summary="Get a template of bulks",
)
def get_template(request: HttpRequest, bulk_template_id: UUID) -> Template:
    return _find(require_scope(request, "read"), bulk_template_id)


@router.patch(
    "/bulk-templates/{bulk_template_id}",
    response={200: BulkTemplateOut, **ERRORS},
    summary="Rename a template of bulks",
)
def rename(request: HttpRequest, bulk_template_id: UUID, payload: TemplateChange) -> Template:
    token = require_scope(request, "write")
    row = _find(token, bulk_template_id)
    name = row.name if payload.name is None else payload.name
    summary = row.summary if payload.summary is None else payload.summary
    return templates.rename_template(template=row, actor=token.user, name=name, summary=summary)


@router.get(
    "/bulk-templates/{bulk_template_id}/versions",
    response={200: list[BulkTemplateVersionOut], **ERRORS},
    summary="List the versions of a template of bulks",
)
def list_versions(request: HttpRequest, bulk_template_id: UUID) -> list[TemplateVersion]:
    return list(_find(require_scope(request, "read"), bulk_template_id).versions.order_by("-number"))


@router.post(
    "/bulk-templates/{bulk_template_id}/versions",
    response={201: BulkTemplateVersionOut, **ERRORS},
    summary="Save a version of a template of bulks",
)
def save(request: HttpRequest, bulk_template_id: UUID, payload: VersionIn) -> Status[TemplateVersion]:
    """Save the next version; one that says the same answers with the newest."""
    token = require_scope(request, "write")
    row = _find(token, bulk_template_id)
    if payload.restore is not None:
        return Status(201, templates.restore_version(template=row, actor=token.user, number=payload.restore))
    if payload.content is None:
        message = "Send content or restore."
        raise Unprocessable(message, fields={"content": message})
    version = templates.save_version(
        template=row,
        actor=token.user,
        content=_content(token, payload.content),
        note=payload.note,
        seen=payload.seen,
    )
    return Status(201, version)


@router.post(
    "/bulk-templates/{bulk_template_id}/archive",
    response={200: BulkTemplateOut, **ERRORS},
    summary="Archive a template of bulks",
)
def archive(request: HttpRequest, bulk_template_id: UUID) -> Template:
    token = require_scope(request, "write")
    return templates.archive_template(template=_find(token, bulk_template_id), actor=token.user)


@router.post(
    "/bulk-templates/{bulk_template_id}/restore",
    response={200: BulkTemplateOut, **ERRORS},
    summary="Offer an archived template of bulks again",
)
def restore(request: HttpRequest, bulk_template_id: UUID) -> Template:
    token = require_scope(request, "write")
    return templates.archive_template(template=_find(token, bulk_template_id), actor=token.user, undo=True)


def _content(token: ApiToken, content: ContentIn) -> templates.Content:
    checkpoint: CheckpointChoice
    if isinstance(content.checkpoint, UUID):
        checkpoints = Checkpoint.objects.filter(workspace=token.workspace)
        checkpoint = find(checkpoints, content.checkpoint, "checkpoint")
    else:
        checkpoint = content.checkpoint
    variables = [variable.model_dump() for variable in content.variables]
    return templates.Content(content.generator, content.params, variables, checkpoint)


def _find(token: ApiToken, key: UUID) -> Template:
    return find(Template.objects.filter(workspace=token.workspace), key, "template of bulks")
