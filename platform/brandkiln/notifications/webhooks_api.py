"""/api/v1/webhooks: servers that are told of what happens, and the log of what was sent."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.notifications import endpoints
from brandkiln.notifications.models import Delivery, Endpoint
from brandkiln.workspaces.tokens import require_admin

router = Router(tags=["webhooks"])
READ, WRITE = "read", "write"
ONE = "/webhooks/{endpoint_id}"


class WebhookIn(Body):
    """Where messages go, and of what they tell."""

    name: str = Field(max_length=80)
    url: str = Field(max_length=400)
    kinds: list[str] = Field(default_factory=list, max_length=100)
    """Names from /v1/notification-kinds; none stands for all."""


class WebhookChange(Body):
    """What changes."""

    name: str | None = Field(None, max_length=80)
    url: str | None = Field(None, max_length=400)
    kinds: list[str] | None = Field(None, max_length=100)
    paused: bool | None = None


class WebhookOut(Schema):
    """A webhook; its secret is shown once, when it is made or changed."""

    id: UUID
    name: str
    url: str
    kinds: list[str]
    paused_at: datetime | None
    pause_reason: str
    failures: int
    """Attempts that failed, one after the other."""
    created_at: datetime


class WebhookMade(WebhookOut):
    """A new webhook with its secret."""

    secret: str


class WebhookPage(Schema):
    """All webhooks of the workspace."""

    items: list[WebhookOut]


class SecretIn(Body):
    """For how long the old secret signs as well."""

    hours: int = Field(endpoints.OVERLAP_HOURS, ge=0, le=endpoints.MOST_OVERLAP_HOURS)


class SecretOut(Schema):
    """A new secret, which is never shown again."""

    secret: str
    old_until: datetime | None


class AttemptOut(Schema):
    """One request, and what came back."""

    created_at: datetime
    status: int | None
    error: str
    milliseconds: int
    request: str
    response: str


class DeliveryOut(Schema):
    """One message on its way to a webhook."""

    id: UUID
    kind: str
    title: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    due_at: datetime
    delivered_at: datetime | None
    created_at: datetime
    tries: list[AttemptOut]


class DeliveryPage(Schema):
    """One page of the log, the newest first."""

    items: list[DeliveryOut]
    next: str | None


@router.get("/webhooks", response={200: WebhookPage, **ERRORS}, summary="List webhooks")
def list_webhooks(request: HttpRequest) -> dict[str, Any]:
    token = require_admin(request, READ)
    return {"items": list(Endpoint.objects.filter(workspace=token.workspace).order_by("name"))}


@router.post("/webhooks", response={201: WebhookMade, **ERRORS}, summary="Make a webhook")
def create(request: HttpRequest, payload: WebhookIn) -> Status[dict[str, Any]]:
    """Make a webhook; the answer holds its secret, which is never shown again."""
    token = require_admin(request, WRITE)
    made, secret = endpoints.create_endpoint(workspace=token.workspace, actor=token.user, **payload.dict())
    return Status(201, {**WebhookOut.from_orm(made).dict(), "secret": secret})


@router.patch(ONE, response={200: WebhookOut, **ERRORS}, summary="Change, pause or resume a webhook")
def change(request: HttpRequest, endpoint_id: UUID, payload: WebhookChange) -> Endpoint:
    token, row = _one(request, endpoint_id, WRITE)
    given = {name: value for name, value in payload.dict().items() if value is not None and name != "paused"}
    if given:
        endpoints.change_endpoint(endpoint=row, actor=token.user, **given)
    if payload.paused is not None:
        switch = endpoints.pause_endpoint if payload.paused else endpoints.resume_endpoint
        switch(endpoint=row, actor=token.user)
    row.refresh_from_db()
    return row


@router.delete(ONE, response={204: None, **ERRORS}, summary="Delete a webhook with its log")
def delete(request: HttpRequest, endpoint_id: UUID) -> Status[None]:
    token, row = _one(request, endpoint_id, WRITE)
    endpoints.delete_endpoint(endpoint=row, actor=token.user)
    return Status(204, None)


@router.post(f"{ONE}/secret", response={200: SecretOut, **ERRORS}, summary="Make a new secret")
def rotate(request: HttpRequest, endpoint_id: UUID, payload: SecretIn) -> dict[str, Any]:
    """Make a new secret; for some hours messages are signed with the old one too."""
    token, row = _one(request, endpoint_id, WRITE)
    secret = endpoints.rotate_secret(endpoint=row, actor=token.user, hours=payload.hours)
    row.refresh_from_db()
    return {"secret": secret, "old_until": row.old_until}


@router.post(f"{ONE}/test", response={202: DeliveryOut, **ERRORS}, summary="Send a test")
def send_test(request: HttpRequest, endpoint_id: UUID) -> Status[dict[str, Any]]:
    token, row = _one(request, endpoint_id, WRITE)
    return Status(202, _shown(endpoints.send_test(endpoint=row, actor=token.user)))


@router.get(f"{ONE}/deliveries", response={200: DeliveryPage, **ERRORS}, summary="See what was sent")
def list_deliveries(
    request: HttpRequest, endpoint_id: UUID, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    _token, row = _one(request, endpoint_id, READ)
    rows = Delivery.objects.filter(endpoint=row).select_related("announcement").prefetch_related("tries")
    found, following = page(rows, cursor=cursor, limit=min(max(limit, 1), MAX_PAGE))
    return {"items": [_shown(one) for one in found], "next": following}


@router.post("/deliveries/{delivery_id}/send", response={202: DeliveryOut, **ERRORS}, summary="Send again")
def send_again(request: HttpRequest, delivery_id: UUID) -> Status[dict[str, Any]]:
    """Send a message again, under the id that it had."""
    token = require_admin(request, WRITE)
    rows = Delivery.objects.filter(workspace=token.workspace).select_related("announcement")
    return Status(202, _shown(endpoints.send_again(delivery=find(rows, delivery_id, "delivery"))))


def _one(request: HttpRequest, key: UUID, scope: str) -> tuple[Any, Endpoint]:
    token = require_admin(request, scope)
    return token, find(Endpoint.objects.filter(workspace=token.workspace), key, "webhook")


def _shown(row: Delivery) -> dict[str, Any]:
    names = ("id", "state", "attempts", "due_at", "delivered_at", "created_at")
    tried = ("created_at", "status", "error", "milliseconds", "request", "response")
    return {
        **{name: getattr(row, name) for name in names},
        "kind": row.announcement.kind,
        "title": row.announcement.title,
        "tries": [{name: getattr(one, name) for name in tried} for one in row.tries.all()],
    }
