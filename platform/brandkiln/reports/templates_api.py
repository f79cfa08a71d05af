"""/api/v1/report-templates: the ready ones and the workspace's own, in versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.reports.models import Template
from brandkiln.reports.templates import (
    Offered,
    archive_template,
    create_template,
    find_offered,
    offered_templates,
    restore_version,
    save_version,
)
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope
from brandkiln.workspaces.versions import NAME_LENGTH, NOTE_LENGTH, SUMMARY_LENGTH

router = Router(tags=["reports"])


class ReportTemplateIn(Body):
    """A template of the workspace's own."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    summary: str = Field("", max_length=SUMMARY_LENGTH)
    copied_from: str = Field("", max_length=80)
    """The template that it begins as: the name of a ready one, or the id of an own one."""
    document: dict[str, Any] | None = None
    """What it says; null takes what ``copied_from`` says, or nothing but key figures."""


class ReportTemplateVersionIn(Body):
    """What a template is to say from now on: a document, or what an earlier version said."""

    document: dict[str, Any] | None = None
    restore: int | None = Field(None, ge=1, le=1_000_000)
    """The version whose document is taken instead."""
    note: str = Field("", max_length=NOTE_LENGTH)
    seen: int | None = Field(None, ge=1, le=1_000_000)
    """The version that the change began with; where another one was saved since, it is refused."""


class ReportTemplateOut(Schema):
    """A template without its document."""

    key: str
    """What other operations call it by: the name of a ready one, the id of an own one."""
    name: str
    summary: str
    ready: bool
    """Whether it came with the studio; a ready one never changes."""
    version: int
    needs: list[str]
    """The roles that a table must have a column for."""
    archived_at: datetime | None


class ReportTemplateFull(ReportTemplateOut):
    """A template with what it says."""

    document: dict[str, Any]
    versions: list[dict[str, Any]]
    """The versions of an own one, newest first: number, note and when it was saved."""


class ReportTemplateList(Schema):
    """All templates that the workspace may use, its own first."""

    items: list[ReportTemplateOut]


@router.get(
    "/report-templates", response={200: ReportTemplateList, **ERRORS}, summary="List templates of reports"
)
def list_templates(request: HttpRequest, archived: bool = False) -> dict[str, Any]:
    """List the ready templates and the workspace's own, or those of its own that are archived."""
    token = require_scope(request, "read")
    return {"items": [_row(one) for one in offered_templates(token.workspace, archived=archived)]}


@router.post(
    "/report-templates", response={201: ReportTemplateFull, **ERRORS}, summary="Make a template of reports"
)
def create(request: HttpRequest, payload: ReportTemplateIn) -> Status[dict[str, Any]]:
    token = require_scope(request, "write")
    made = create_template(workspace=token.workspace, actor=token.user, **payload.dict())
    return Status(201, _full(find_offered(token.workspace, str(made.pk))))


@router.get(
    "/report-templates/{key}",
    response={200: ReportTemplateFull, **ERRORS},
    summary="Get a template of reports",
)
def get(request: HttpRequest, key: str) -> dict[str, Any]:
    """Get a ready template by its name, or an own one by its id."""
    return _full(find_offered(require_scope(request, "read").workspace, key))


@router.post(
    "/report-templates/{template_id}/versions",
    response={201: ReportTemplateFull, **ERRORS},
    summary="Save the next version of a template",
)
def save(request: HttpRequest, template_id: UUID, payload: ReportTemplateVersionIn) -> Status[dict[str, Any]]:
    """Save what a template is to say; reports that were made with an earlier version stay as they are."""
    token = require_scope(request, "write")
    row = _find(token, template_id)
    if payload.restore is not None:
        restore_version(template=row, actor=token.user, number=payload.restore)
    else:
        save_version(
            template=row,
            actor=token.user,
            document=payload.document or {},
            note=payload.note,
            seen=payload.seen,
        )
    return Status(201, _full(find_offered(token.workspace, str(row.pk))))


@router.post(
    "/report-templates/{template_id}/archive",
    response={200: ReportTemplateOut, **ERRORS},
    summary="Stop offering a template",
)
def archive(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    return _archive(request, template_id, undo=False)


@router.post(
    "/report-templates/{template_id}/restore",
    response={200: ReportTemplateOut, **ERRORS},
    summary="Offer an archived template again",
)
def restore(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    return _archive(request, template_id, undo=True)


def _archive(request: HttpRequest, template_id: UUID, *, undo: bool) -> dict[str, Any]:
    token = require_scope(request, "write")
    row = archive_template(template=_find(token, template_id), actor=token.user, undo=undo)
    return _row(find_offered(token.workspace, str(row.pk)))


def _find(token: ApiToken, template_id: UUID) -> Template:
    return find(Template.objects.filter(workspace=token.workspace), template_id, "template")


def _row(one: Offered) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.title,
        "summary": one.summary,
        "ready": one.row is None,
        "version": one.document.version,
        "needs": list(one.document.needs),
        "archived_at": one.row.archived_at if one.row else None,
    }


def _full(one: Offered) -> dict[str, Any]:
    rows = one.row.versions.order_by("-number") if one.row else ()
    versions = [{"number": v.number, "note": v.note, "created_at": v.created_at.isoformat()} for v in rows]
    return {**_row(one), "document": one.document.model_dump(mode="json"), "versions": versions}
