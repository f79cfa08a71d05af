"""What members say of an issue: comments pinned to blocks, which name others and are resolved."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.notifications.services import announce
from brandkiln.reports.models import Comment, Issue
from brandkiln.workspaces.mentions import people_in

LONGEST = 4_000


@transaction.atomic
def add_comment(*, issue: Issue, author: User, text: str, block: str = "") -> Comment:
    """Keep a comment and tell those whom it names.

    Raises:
        Unprocessable: If it says nothing, is too long, or names somebody who is no member.
    """
    text = text.strip()
    if not 0 < len(text) <= LONGEST or not is_storable(text):
        message = _("A comment has 1 to %(most)d characters; this has %(n)d.") % {
            "most": LONGEST,
            "n": len(text),
        }
        raise Unprocessable(message, fields={"text": message})
    people = people_in(text, issue.workspace_id)
    comment = Comment.objects.create(
        workspace=issue.workspace,
        issue=issue,
        block=block[:80],
        author=author,
        text=text,
        mentioned=list(people),
    )
    _tell(comment, list(people.values()))
    return comment


def _tell(comment: Comment, named: list[User]) -> None:
    """Tell those whom a comment names, and of those it does not, who made the report."""
    issue = comment.issue
    facts: dict[str, Any] = {
        "workspace": comment.workspace,
        "subject": issue,
        "name": f"{issue.report.name} #{issue.number}",
        "data": {"comment": str(comment.pk), "on": "report", "text": comment.text[:300]},
        "path": reverse(
            "dashboard:report_issue", args=[comment.workspace.slug, issue.report_id, issue.number]
        ),
        "actor": comment.author,
    }
    announce(kind="comment.mentioned", **facts, people=named)
    makers = [person for person in {issue.made_by, issue.report.created_by} if person not in named]
    announce(kind="comment.added", **facts, people=makers)


def resolve_comment(*, comment: Comment, actor: User) -> Comment:
    """Say that a comment is dealt with."""
    return _resolved(comment, actor)


def reopen_comment(*, comment: Comment) -> Comment:
    """Say that a comment is not dealt with after all."""
    return _resolved(comment, None)


@transaction.atomic
def _resolved(comment: Comment, actor: User | None) -> Comment:
    comment.resolved_at, comment.resolved_by = (timezone.now() if actor else None), actor
    comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment
