"""/api/v1/workspaces: what the token opens."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from brandkiln.core.api import ERRORS
from brandkiln.workspaces.models import Membership
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["workspaces"])


class WorkspaceOut(Schema):
    """A workspace, and what the token's owner is in it."""

    id: UUID
    slug: str
    name: str
    role: str
    created_at: datetime


class WorkspacePage(Schema):
    """One page of workspaces; a token opens exactly one."""

    items: list[WorkspaceOut]
    next: str | None


@router.get("/workspaces", response={200: WorkspacePage, **ERRORS}, summary="List the token's workspace")
def list_workspaces(request: HttpRequest) -> WorkspacePage:
    token = require_scope(request, "read")
    membership = Membership.objects.select_related("workspace").get(
        workspace=token.workspace, user=token.user
    )
    workspace = membership.workspace
    return WorkspacePage(
        items=[
            WorkspaceOut(
                id=workspace.pk,
                slug=workspace.slug,
                name=workspace.name,
                role=membership.role,
                created_at=workspace.created_at,
            )
        ],
        next=None,
    )
