"""/api/v1/connections: networks on other servers. For admins of the workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.connections import services
from brandkiln.connections.models import Connection
from brandkiln.core.api import ERRORS, Body, find
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_admin, require_scope

router = Router(tags=["connections"])


class ConnectionIn(Body):
    """A new connection."""

    name: str = Field(max_length=80)
    base_url: str = Field(max_length=400)
    model: str = Field(max_length=200)
    key: str = Field("", max_length=services.KEY_LENGTH)
    """The server's bearer token. It is sealed, and no answer holds it."""
    monthly_tokens: int = Field(0, ge=0, le=services.MOST_TOKENS)
    """Most tokens in a calendar month; 0 sets no limit."""


class ConnectionChange(Body):
    """What to change; what is left out stays."""

    name: str | None = Field(None, max_length=80)
    base_url: str | None = Field(None, max_length=400)
    model: str | None = Field(None, max_length=200)
    key: str | None = Field(None, max_length=services.KEY_LENGTH)
    monthly_tokens: int | None = Field(None, ge=0, le=services.MOST_TOKENS)


class ConnectionOut(Schema):
    """A connection, without its key."""

    id: UUID
    name: str
    slug: str
    base_url: str
    model: str
    has_key: bool
    monthly_tokens: int
    spent_this_month: int
    """Tokens that were used, and those held for jobs that run."""
    created_at: datetime

    @staticmethod
    def resolve_has_key(row: Connection) -> bool:
        return bool(row.sealed_key)

    @staticmethod
    def resolve_spent_this_month(row: Connection) -> int:
        return services.spent_this_month(row)


class ConnectionPage(Schema):
    """All connections of the workspace."""

    items: list[ConnectionOut]


@router.get("/connections", response={200: ConnectionPage, **ERRORS}, summary="List connections")
def list_connections(request: HttpRequest) -> dict[str, Any]:
    token = require_scope(request, "read")
    return {"items": list(_rows(token).order_by("name"))}


@router.post("/connections", response={201: ConnectionOut, **ERRORS}, summary="Make a connection")
def create(request: HttpRequest, payload: ConnectionIn) -> Status[Connection]:
    """Connect the workspace to a network on another server; its tokens must belong to an admin."""
    token = require_admin(request, "write")
    made = services.create_connection(workspace=token.workspace, actor=token.user, **payload.dict())
    return Status(201, made)


@router.patch(
    "/connections/{connection_id}", response={200: ConnectionOut, **ERRORS}, summary="Change a connection"
)
def change(request: HttpRequest, connection_id: UUID, payload: ConnectionChange) -> Connection:
    """Change a connection. A new address needs the key again."""
    token = require_admin(request, "write")
    row = find(_rows(token), connection_id, "connection")
    given = {name: value for name, value in payload.dict().items() if value is not None}
    return services.change_connection(connection=row, actor=token.user, **given)


@router.delete("/connections/{connection_id}", response={204: None, **ERRORS}, summary="Delete a connection")
def delete(request: HttpRequest, connection_id: UUID) -> Status[None]:
    """Delete a connection with its key."""
    token = require_admin(request, "write")
    row = find(_rows(token), connection_id, "connection")
    services.delete_connection(connection=row, actor=token.user)
    return Status(204, None)


def _rows(token: ApiToken) -> Any:
    return Connection.objects.filter(workspace=token.workspace)
