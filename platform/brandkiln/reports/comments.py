"""What members say of an issue: comments pinned to blocks, which name others and are resolved."""

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.text import is_storable
from brandkiln.reports.mail import send_mentions
from brandkiln.reports.models import Comment, Issue
from brandkiln.workspaces.models import Membership

LONGEST = 4_000
MENTION = re.compile(r"(?<![\w.+-])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
"""A name is an address with an @ before it: @ada@example.com."""


@transaction.atomic
def add_comment(*, issue: Issue, author: User, text: str, block: str = "") -> Comment:
    """Keep a comment and write to those whom it names.

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
    wanted = list(dict.fromkeys(address.lower() for address in MENTION.findall(text)))
    members = Membership.objects.filter(
        workspace=issue.workspace_id, user__is_active=True, user__email__in=wanted
    ).select_related("user")
    people = {member.user.email: member.user for member in members}
    if strangers := [address for address in wanted if address not in people]:
        message = _(
            "%(addresses)s is no member of this workspace. Name members, or write it without the first @."
        ) % {"addresses": ", ".join(strangers[:5])}
        raise Unprocessable(message, fields={"text": message})
    comment = Comment.objects.create(
        workspace=issue.workspace, issue=issue, block=block[:80], author=author, text=text, mentioned=wanted
    )
    others = [person for person in people.values() if person != author]
    transaction.on_commit(lambda: send_mentions(comment, others), robust=True)
    return comment


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
