"""/api/v1/projects."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, page
from brandkiln.projects.models import Project
from brandkiln.projects.services import create_project, find_project
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["projects"])


class ProjectIn(Body):
    """A project to create."""

    name: str = Field(min_length=1, max_length=80)
    summary: str = Field("", max_length=2000)


class ProjectOut(Schema):
    """A project."""

    id: UUID
    slug: str
    name: str
    summary: str
    created_at: datetime


class ProjectPage(Schema):
    """One page of projects, newest first."""

    items: list[ProjectOut]
    next: str | None


@router.get("/projects", response={200: ProjectPage, **ERRORS}, summary="List projects")
def list_projects(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=MAX_PAGE)
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows, following = page(Project.objects.filter(workspace=token.workspace), cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.post("/projects", response={201: ProjectOut, **ERRORS}, summary="Create a project")
def add_project(request: HttpRequest, payload: ProjectIn) -> Status[Project]:
    token = require_scope(request, "write")
    return Status(
        201,
        create_project(
            workspace=token.workspace, name=payload.name, summary=payload.summary, actor=token.user
        ),
    )


@router.get("/projects/{slug}", response={200: ProjectOut, **ERRORS}, summary="Get a project")
def get_project(request: HttpRequest, slug: str) -> Project:
    token = require_scope(request, "read")
    return find_project(workspace=token.workspace, slug=slug)
