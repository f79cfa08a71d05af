"""/api/v1: what admins look after: members, invitations, audit log, usage, quotas, prices and features."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.workspaces import audit, quotas, services, switches, usage
from brandkiln.workspaces.models import Invitation, Membership, Quota, Role
from brandkiln.workspaces.tokens import require_admin, require_scope

router = Router(tags=["administration"])
RoleName = Literal["creator", "reviewer", "publisher", "admin"]
UnitName = Literal["cpu_seconds", "gpu_seconds", "pieces", "stored_bytes"]


class MemberOut(Schema):
    """Somebody who works in the workspace."""

    id: UUID
    email: str
    name: str
    role: RoleName
    by_sign_in: bool
    """Whether a sign-in service gave the role."""


class MemberPage(Schema):
    """All members."""

    items: list[MemberOut]


class RoleIn(Body):
    """Another role."""

    role: RoleName


class InvitationIn(Body):
    """Whom to invite, and to what."""

    email: str = Field(max_length=254)
    role: RoleName = "creator"


class InvitationOut(Schema):
    """An open invitation."""

    id: UUID
    email: str
    role: RoleName
    expires_at: datetime


class InvitationMade(InvitationOut):
    """A new invitation; the address is /invitations/ and the secret, which is never shown again."""

    secret: str


class InvitationPage(Schema):
    """All open invitations."""

    items: list[InvitationOut]


class AuditOut(Schema):
    """Who did what to which thing."""

    created_at: datetime
    actor: str
    """An address, or empty where the studio did it by itself."""
    action: str
    meaning: str
    subject: str
    data: dict[str, Any]


class AuditPage(Schema):
    """One page of the audit log, the newest first."""

    items: list[AuditOut]
    next: str | None


class UsageOut(Schema):
    """What one person, project, generator or kind of job used in a month."""

    name: str
    amounts: dict[str, float]
    cost: float


class UsagePage(Schema):
    """A month's usage."""

    month: date
    by: str
    currency: str
    items: list[UsageOut]


class QuotaIn(Body):
    """How much may be used in a month; of stored bytes, how much may be kept."""

    unit: UnitName
    most: float = Field(ge=0, le=quotas.MOST)
    member: UUID | None = None
    """Whose jobs it counts; none stands for everybody's."""


class QuotaOut(Schema):
    """A quota."""

    id: UUID
    unit: UnitName
    name: str
    most: float
    spent: float
    """Used and held this month."""
    month: date


class QuotaPage(Schema):
    """All quotas."""

    items: list[QuotaOut]


class PricesBody(Body):
    """What one second, one piece, or one byte kept for a month costs."""

    currency: str = Field("EUR", max_length=3)
    prices: dict[UnitName, Decimal] = Field(default_factory=dict)


class FeatureOut(Schema):
    """Something that a workspace can do without."""

    name: str
    label: str
    on: bool


class FeaturePage(Schema):
    """All features."""

    items: list[FeatureOut]


class FeaturesIn(Body):
    """What is switched off; everything else is on."""

    off: list[str] = Field(max_length=50)


@router.get("/members", response={200: MemberPage, **ERRORS}, summary="List members")
def list_members(request: HttpRequest) -> dict[str, Any]:
    token = require_scope(request, "read")
    rows = Membership.objects.filter(workspace=token.workspace).select_related("user").order_by("user__email")
    return {"items": [_member(row) for row in rows]}


@router.patch("/members/{member_id}", response={200: MemberOut, **ERRORS}, summary="Give another role")
def change_member(request: HttpRequest, member_id: UUID, payload: RoleIn) -> dict[str, Any]:
    token, row = _found(request, Membership, member_id, "member")
    changed = services.change_role(membership=row, role=Role(payload.role), actor=token.user)
    return _member(changed)


@router.delete("/members/{member_id}", response={204: None, **ERRORS}, summary="Remove a member")
def remove_member(request: HttpRequest, member_id: UUID) -> Status[None]:
    token, row = _found(request, Membership, member_id, "member")
    services.remove_member(membership=row, actor=token.user)
    return Status(204, None)


@router.get("/invitations", response={200: InvitationPage, **ERRORS}, summary="List open invitations")
def list_invitations(request: HttpRequest) -> dict[str, Any]:
    token = require_admin(request, "read")
    rows = Invitation.objects.filter(
        workspace=token.workspace, accepted_at=None, expires_at__gt=timezone.now()
    )
    return {"items": list(rows.order_by("email"))}


@router.post("/invitations", response={201: InvitationMade, **ERRORS}, summary="Invite somebody")
def invite(request: HttpRequest, payload: InvitationIn) -> Status[dict[str, Any]]:
    token = require_admin(request, "write")
    made, secret = services.invite_member(
        workspace=token.workspace, email=payload.email, role=Role(payload.role), invited_by=token.user
    )
    return Status(201, {**InvitationOut.from_orm(made).dict(), "secret": secret})


@router.delete(
    "/invitations/{invitation_id}", response={204: None, **ERRORS}, summary="Take an invitation back"
)
def withdraw(request: HttpRequest, invitation_id: UUID) -> Status[None]:
    token, row = _found(request, Invitation, invitation_id, "invitation")
    services.withdraw_invitation(invitation=row, actor=token.user)
    return Status(204, None)


@router.get("/audit", response={200: AuditPage, **ERRORS}, summary="Read the audit log")
def list_audit(
    request: HttpRequest, who: str = "", what: str = "", subject: str = "", since: str = "", until: str = "",
    cursor: str | None = None, limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """List who did what; `who` is a user's id or "studio", `what` an action or its first word, days are ISO dates."""
    token = require_admin(request, "read")
    given = (text.replace("\0", "") for text in (who, what, subject, since, until))
    rows = audit.entries_of(
        token.workspace, **dict(zip(("who", "what", "subject", "since", "until"), given, strict=True))
    )
    found, following = page(rows, cursor=cursor, limit=min(max(limit, 1), MAX_PAGE))
    return {"items": [audit.facts_of(row) for row in found], "next": following}


@router.get("/usage", response={200: UsagePage, **ERRORS}, summary="See what was used, and its cost")
def get_usage(
    request: HttpRequest,
    by: Literal["person", "project", "generator", "kind"] = "person",
    month: date | None = None,
) -> dict[str, Any]:
    token = require_admin(request, "read")
    first = (month or quotas.this_month()).replace(day=1)
    lines = usage.lines_of(token.workspace, by=by, month=first)
    prices = usage.prices_of(token.workspace).values()
    return {
        "month": first, "by": by, "currency": next((price.currency for price in prices), ""),
        "items": [{"name": line.name, "amounts": line.amounts, "cost": float(line.cost)} for line in lines],
    }  # fmt: skip


@router.get("/quotas", response={200: QuotaPage, **ERRORS}, summary="List quotas")
def list_quotas(request: HttpRequest) -> dict[str, Any]:
    token = require_admin(request, "read")
    rows = (
        Quota.objects.filter(workspace=token.workspace)
        .select_related("person")
        .order_by("unit", "created_at")
    )
    return {"items": [_quota(row) for row in rows]}


@router.put("/quotas", response={200: QuotaOut, **ERRORS}, summary="Set a quota")
def set_quota(request: HttpRequest, payload: QuotaIn) -> dict[str, Any]:
    """Set a quota of the workspace, or of one member."""
    token = require_admin(request, "write")
    members = Membership.objects.filter(workspace=token.workspace).select_related("user")
    person = find(members, payload.member, "member").user if payload.member else None
    return _quota(
        quotas.save_quota(
            workspace=token.workspace, actor=token.user, unit=payload.unit, most=payload.most, person=person
        )
    )


@router.delete("/quotas/{quota_id}", response={204: None, **ERRORS}, summary="Take a quota away")
def delete_quota(request: HttpRequest, quota_id: UUID) -> Status[None]:
    token, row = _found(request, Quota, quota_id, "quota")
    quotas.delete_quota(quota=row, actor=token.user)
    return Status(204, None)


@router.get("/prices", response={200: PricesBody, **ERRORS}, summary="See prices")
def get_prices(request: HttpRequest) -> dict[str, Any]:
    token = require_admin(request, "read")
    rows = usage.prices_of(token.workspace)
    currency = next((row.currency for row in rows.values()), "EUR")
    return {"currency": currency, "prices": {unit: row.amount for unit, row in rows.items()}}


@router.put("/prices", response={200: PricesBody, **ERRORS}, summary="Set prices")
def set_prices(request: HttpRequest, payload: PricesBody) -> PricesBody:
    token = require_admin(request, "write")
    given = {str(unit): price for unit, price in payload.prices.items()}
    usage.save_prices(workspace=token.workspace, actor=token.user, prices=given, currency=payload.currency)
    return payload


@router.get("/features", response={200: FeaturePage, **ERRORS}, summary="See what is switched on")
def list_features(request: HttpRequest) -> dict[str, Any]:
    token = require_scope(request, "read")
    return {"items": _features(token.workspace)}


@router.put("/features", response={200: FeaturePage, **ERRORS}, summary="Switch features off and on")
def set_features(request: HttpRequest, payload: FeaturesIn) -> dict[str, Any]:
    token = require_admin(request, "write")
    changed = switches.save_switches(workspace=token.workspace, actor=token.user, off=payload.off)
    return {"items": _features(changed)}


def _found(request: HttpRequest, kind: Any, key: UUID, what: str) -> tuple[Any, Any]:
    token = require_admin(request, "write")
    return token, find(kind.objects.filter(workspace=token.workspace), key, what)


def _member(row: Membership) -> dict[str, Any]:
    return {
        "id": row.pk, "email": row.user.email, "name": str(row.user), "role": row.role, "by_sign_in": row.by_sign_in,
    }  # fmt: skip


def _quota(row: Quota) -> dict[str, Any]:
    names = ("id", "unit", "most", "spent", "month")
    return {**{name: getattr(row, name) for name in names}, "name": quotas.name_of(row)}


def _features(workspace: Any) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "label": str(one.label), "on": switches.is_on(workspace, one.name)}
        for one in switches.FEATURES.values()
    ]
