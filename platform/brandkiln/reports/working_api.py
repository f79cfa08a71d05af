"""/api/v1/reports: editing sentences, building a block anew, and comments."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.reports import comments, edits
from brandkiln.reports.documents import document_of
from brandkiln.reports.issues_api import IssueOut, issue_of
from brandkiln.reports.models import Comment, Issue
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


def _edited(issue: Issue) -> dict[str, object]:
    return {"sentences": list(map(sentence_out, edits.edited(issue, document_of(issue)).values()))}
