"""/api/v1/reports: editing sentences, building a block anew, comments, schedules and share links."""

from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.errors import NotFound
from brandkiln.core.links import MOST_DAYS
from brandkiln.reports import comments, edits, schedules, sharing
from brandkiln.reports.documents import document_of
from brandkiln.reports.issues_api import IssueOut, issue_of, report_of
from brandkiln.reports.models import Comment, Issue, Schedule
from brandkiln.reports.reading_api import SentenceOut, sentence_out
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["reports"])
ISSUE = "/reports/{report_id}/issues/{issue_number}"


class SentenceIn(Body):
    """A sentence said otherwise."""

    place: str = Field(max_length=120)
    """As the document names it."""
    draft: str = Field(max_length=edits.LONGEST)
    """With its facts as {placeholders}; empty takes it out."""


class BlockIn(Body):
    """Which block is built anew."""

    block: str = Field(max_length=80)


class EditedOut(Schema):
    """What is said otherwise and stands in no issue yet."""

    sentences: list[SentenceOut]


class CommentIn(Body):
    """A comment; members are named with an @ before their address."""

    text: str = Field(min_length=1, max_length=comments.LONGEST)
    block: str = Field("", max_length=80)
    """The block that it is pinned to; empty for the whole."""


class CommentChange(Body):
    """Whether a comment is dealt with."""

    resolved: bool


class CommentOut(Schema):
    """A comment on an issue."""

    id: UUID
    block: str
    author: str
    text: str
    mentioned: list[str]
    resolved_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_author(comment: Comment) -> str:
        return comment.author.email if comment.author else ""


class CommentList(Schema):
    """The comments on an issue, oldest first."""

    items: list[CommentOut]


class ScheduleIn(Body):
    """When issues are made by themselves."""

    every: Literal["day", "week", "month", "version"]
    weekday: int = Field(0, ge=0, le=6)
    """Of a weekly one; 0 is Monday."""
    day: int = Field(1, ge=1, le=31)
    """Of a monthly one; in shorter months it is the last day."""
    at: time = time(8)
    time_zone: str = Field("UTC", max_length=64)
    recipients: list[str] = Field(default_factory=list, max_length=schedules.MOST_RECIPIENTS)
    """Members who get the digest, by address."""


class ScheduleChange(Body):
    """Whether a schedule rests."""

    paused: bool


class ScheduleOut(Schema):
    """A schedule and when it comes round next."""

    every: str
    weekday: int
    day: int
    at: time
    time_zone: str
    recipients: list[str]
    paused_at: datetime | None
    stopped_at: datetime | None
    """When it stopped after failing too often in a row."""
    failures: int
    reason: str
    next_runs: list[datetime]

    @staticmethod
    def resolve_next_runs(schedule: Schedule) -> list[datetime]:
        return schedules.next_runs(schedule)


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


@router.put(f"{ISSUE}/sentences", response={200: EditedOut, **ERRORS}, summary="Say a sentence otherwise")
def say(request: HttpRequest, report_id: UUID, issue_number: int, payload: SentenceIn) -> dict[str, object]:
    """Keep a sentence said otherwise, after the check that every sentence passes; no file changes yet."""
    token = require_scope(request, "write")
    issue = issue_of(token, report_id, issue_number)
    edits.edit_sentence(issue=issue, place=payload.place, draft=payload.draft, actor=token.user)
    return _edited(issue)


@router.delete(f"{ISSUE}/sentences", response={200: EditedOut, **ERRORS}, summary="Take the last edit back")
def undo(request: HttpRequest, report_id: UUID, issue_number: int) -> dict[str, object]:
    issue = issue_of(require_scope(request, "write"), report_id, issue_number)
    edits.undo_edit(issue=issue)
    return _edited(issue)


@router.post(f"{ISSUE}/set", response={202: IssueOut, **ERRORS}, summary="Set the files of the edited text")
def set_files(request: HttpRequest, report_id: UUID, issue_number: int) -> Status[Issue]:
    """Submit the job that makes the next issue from this one's document and what was said otherwise."""
    token = require_scope(request, "jobs")
    return Status(202, edits.set_edited(issue=issue_of(token, report_id, issue_number), actor=token.user))


@router.post(f"{ISSUE}/rebuild", response={202: IssueOut, **ERRORS}, summary="Build one block anew")
def rebuild(request: HttpRequest, report_id: UUID, issue_number: int, payload: BlockIn) -> Status[Issue]:
    """Submit the job that makes the next issue: one block is built anew, all else stays as it is."""
    token = require_scope(request, "jobs")
    issue = issue_of(token, report_id, issue_number)
    return Status(202, edits.rebuild_block(issue=issue, block=payload.block, actor=token.user))


@router.get(f"{ISSUE}/comments", response={200: CommentList, **ERRORS}, summary="List comments")
def list_comments(request: HttpRequest, report_id: UUID, issue_number: int) -> dict[str, object]:
    issue = issue_of(require_scope(request, "read"), report_id, issue_number)
    return {"items": list(issue.comments.select_related("author"))}


@router.post(f"{ISSUE}/comments", response={201: CommentOut, **ERRORS}, summary="Comment")
def comment(request: HttpRequest, report_id: UUID, issue_number: int, payload: CommentIn) -> Status[Comment]:
    token = require_scope(request, "write")
    issue = issue_of(token, report_id, issue_number)
    made = comments.add_comment(issue=issue, author=token.user, text=payload.text, block=payload.block)
    return Status(201, made)


@router.patch(
    f"{ISSUE}/comments/{{comment_id}}",
    response={200: CommentOut, **ERRORS},
    summary="Resolve a comment, or reopen it",
)
def change_comment(
    request: HttpRequest, report_id: UUID, issue_number: int, comment_id: UUID, payload: CommentChange
) -> Comment:
    token = require_scope(request, "write")
    rows = issue_of(token, report_id, issue_number).comments.select_related("author")
    row = find(rows, comment_id, "comment")
    if payload.resolved:
        return comments.resolve_comment(comment=row, actor=token.user)
    return comments.reopen_comment(comment=row)


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


def _edited(issue: Issue) -> dict[str, object]:
    return {"sentences": list(map(sentence_out, edits.edited(issue, document_of(issue)).values()))}


def _schedule(request: HttpRequest, report_id: UUID, scope: str) -> Schedule:
    report = report_of(require_scope(request, scope), report_id)
    row = Schedule.objects.filter(report=report).select_related("report__dataset", "workspace").first()
    if row is None:
        raise NotFound(f"Report {report_id} has no schedule. PUT one to this address.")
    return row
