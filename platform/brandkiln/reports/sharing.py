"""Links at which a stranger reads one issue, and nothing else of the workspace."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict
from brandkiln.core.links import gone, new_secret, open_secret, revoke, revoke_all, terms_of
from brandkiln.core.models import User
from brandkiln.reports.models import Issue, ShareLink
from brandkiln.workspaces.members import is_active_member
from brandkiln.workspaces.models import Membership
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import is_on, require_feature


@transaction.atomic
def share_issue(*, issue: Issue, actor: User, days: int = 30, password: str = "") -> tuple[ShareLink, str]:
    """Make a link to an issue; return it with its secret, which is kept nowhere.

    Raises:
        Conflict: If the issue cannot be read yet.
        Unprocessable: If it would last too long, or its password is too short.
    """
    require_feature(issue.workspace, "sharing")
    if not issue.is_ready:
        raise Conflict(_("%(issue)s is not made yet. Share it once it can be read.") % {"issue": issue})
    terms = terms_of(days=days, password=password)
    secret, columns = new_secret(actor)
    link = ShareLink.objects.create(workspace=issue.workspace, issue=issue, **columns, **terms)
    record_audit(
        workspace=issue.workspace, actor=actor, action="report.shared", subject=issue,
        data={"link": str(link.pk), "days": days, "password": bool(password)},
    )  # fmt: skip
    return link, secret


@transaction.atomic
def revoke_link(*, link: ShareLink, actor: User) -> None:
    """Make the link useless from now on."""
    revoke(link)
    record_audit(
        workspace=link.workspace, actor=actor, action="report.unshared", subject=link.issue,
        data={"link": str(link.pk)},
    )  # fmt: skip


def end_links(membership: Membership, _heir: User) -> Counter[str]:
    """Make the links useless that somebody made who leaves: they know the secrets."""
    rows = ShareLink.objects.filter(workspace=membership.workspace_id, created_by=membership.user_id)
    return Counter(links=revoke_all(rows))


def open_link(secret: str) -> ShareLink:
    """Return the link that a secret opens, and count the request; raise what `open_secret` does."""
    rows = ShareLink.objects.select_related("issue__report", "issue__job", "workspace", "created_by")
    link = open_secret(rows, secret)
    is_wanted = is_on(link.workspace, "sharing") and is_active_member(link.created_by, link.workspace_id)
    if not link.issue.is_ready or not is_wanted:
        raise gone()
    return link
