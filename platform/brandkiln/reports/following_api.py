"""/api/v1/reports: schedules, and links for strangers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.errors import NotFound
from brandkiln.core.links import MOST_DAYS
from brandkiln.jobs.recurring_api import RuleIn, RuleOut, ScheduleChange
from brandkiln.reports import schedules, sharing
from brandkiln.reports.issues_api import issue_of, report_of
from brandkiln.reports.models import Schedule
from brandkiln.reports.working_api import ISSUE
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["reports"])


class ScheduleIn(RuleIn):
    """When issues are made by themselves."""

    recipients: list[str] = Field(default_factory=list, max_length=schedules.MOST_RECIPIENTS)
    """Members who get the digest, by address."""


class ScheduleOut(RuleOut):
    """A schedule and when it comes round next."""

    recipients: list[str]


class LinkIn(Body):
    """How long a link lasts, and what opens it."""

    days: int = Field(30, ge=1, le=MOST_DAYS)
    password: str = Field("", max_length=200)


class LinkOut(Schema):
    """A link to an issue for strangers."""

    id: UUID
    prefix: str
    has_password: bool
    views: int
    expires_at: datetime
    created_at: datetime

    @staticmethod
    def resolve_has_password(link: Any) -> bool:
        return bool(link["has_password"] if isinstance(link, dict) else link.password)


class NewLinkOut(LinkOut):
    """A link with its address, which is said this once."""

    url: str


class LinkList(Schema):
    """The links to an issue that are not withdrawn."""

    items: list[LinkOut]


@router.get(
    "/reports/{report_id}/schedule", response={200: ScheduleOut, **ERRORS}, summary="Get the schedule"
)
def get_schedule(request: HttpRequest, report_id: UUID) -> Schedule:
    return _schedule(request, report_id, "read")


@router.put(
    "/reports/{report_id}/schedule", response={200: ScheduleOut, **ERRORS}, summary="Set the schedule"
)
def set_schedule(request: HttpRequest, report_id: UUID, payload: ScheduleIn) -> Schedule:
    token = require_scope(request, "jobs")
    report = report_of(token, report_id)
    return schedules.save_schedule(report=report, actor=token.user, **payload.dict())


@router.patch(
    "/reports/{report_id}/schedule", response={200: ScheduleOut, **ERRORS}, summary="Pause or resume"
)
def change_schedule(request: HttpRequest, report_id: UUID, payload: ScheduleChange) -> Schedule:
    """Pause the schedule, or resume it; what would have been made meanwhile is not made up."""
    row = _schedule(request, report_id, "jobs")
    change = schedules.pause_schedule if payload.paused else schedules.resume_schedule
    change(schedule=row, actor=require_scope(request, "jobs").user)
    return _schedule(request, report_id, "jobs")


@router.delete("/reports/{report_id}/schedule", response={204: None, **ERRORS}, summary="Remove the schedule")
def delete_schedule(request: HttpRequest, report_id: UUID) -> Status[None]:
    row = _schedule(request, report_id, "jobs")
    schedules.delete_schedule(schedule=row, actor=require_scope(request, "jobs").user)
    return Status(204, None)


@router.get(f"{ISSUE}/links", response={200: LinkList, **ERRORS}, summary="List share links")
def list_links(request: HttpRequest, report_id: UUID, issue_number: int) -> dict[str, object]:
    issue = issue_of(require_scope(request, "read"), report_id, issue_number)
    return {"items": list(issue.links.filter(revoked_at=None))}


@router.post(f"{ISSUE}/links", response={201: NewLinkOut, **ERRORS}, summary="Share an issue")
def share(
    request: HttpRequest, report_id: UUID, issue_number: int, payload: LinkIn
) -> Status[dict[str, object]]:
    """Make an address at which a stranger reads this issue and nothing else; it is said this once."""
    token = require_scope(request, "write")
    issue = issue_of(token, report_id, issue_number)
    link, secret = sharing.share_issue(
        issue=issue, actor=token.user, days=payload.days, password=payload.password
    )
    out = {name: getattr(link, name) for name in ("id", "prefix", "views", "expires_at", "created_at")}
    url = f"{settings.PUBLIC_URL.rstrip('/')}/r/{secret}/"
    return Status(201, out | {"has_password": bool(link.password), "url": url})


@router.delete(f"{ISSUE}/links/{{link_id}}", response={204: None, **ERRORS}, summary="Withdraw a share link")
def unshare(request: HttpRequest, report_id: UUID, issue_number: int, link_id: UUID) -> Status[None]:
    token = require_scope(request, "write")
    rows = issue_of(token, report_id, issue_number).links.select_related("issue__report", "workspace")
    sharing.revoke_link(link=find(rows, link_id, "link"), actor=token.user)
    return Status(204, None)


def _schedule(request: HttpRequest, report_id: UUID, scope: str) -> Schedule:
    report = report_of(require_scope(request, scope), report_id)
    row = Schedule.objects.filter(report=report).select_related("report__dataset", "workspace").first()
    if row is None:
        raise NotFound(f"Report {report_id} has no schedule. PUT one to this address.")
    return row
