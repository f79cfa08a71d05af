"""How a project's pieces are approved, and who counts as having made one."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.review.models import ReviewRules
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role, Workspace
from brandkiln.workspaces.services import record_audit

MOST_APPROVALS = 5
MOST_DAYS = 60


@dataclass(frozen=True)
class Rules:
    """The rules that hold; see `ReviewRules`.

    Attributes:
        is_own: Whether they were set for this project, or, where there is none, for the workspace.
    """

    four_eyes: bool = True
    approvals: int = 1
    days: int = 3
    is_own: bool = False


def rules_for(workspace: Workspace, project: Project | None) -> Rules:
    """Return the project's own rules, else the workspace's, else those that every workspace begins with."""
    rows = {row.project_id: row for row in ReviewRules.objects.filter(workspace=workspace)}
    own = project.pk if project else None
    row = rows.get(own) or rows.get(None)
    if row is None:
        return Rules()
    return Rules(row.four_eyes, row.approvals, row.days, is_own=row.project_id == own)


@transaction.atomic
def set_rules(
    *, workspace: Workspace, project: Project | None, four_eyes: bool, approvals: int, days: int, actor: User
) -> Rules:
    """Set the rules of a project, or those of all projects without rules of their own.

    Raises:
        NotAllowed: If the actor is no publisher.
        Unprocessable: If a number does not fit.
    """
    require_role(membership_of(actor, workspace.slug), Role.PUBLISHER)
    if not 1 <= approvals <= MOST_APPROVALS:
        message = _("A piece needs 1 to %(most)d approvals.") % {"most": MOST_APPROVALS}
        raise Unprocessable(message, fields={"approvals": message})
    if not 0 <= days <= MOST_DAYS:
        message = _("Reviewers have 0 to %(most)d days; 0 sets no date.") % {"most": MOST_DAYS}
        raise Unprocessable(message, fields={"days": message})
    values = {"four_eyes": four_eyes, "approvals": approvals, "days": days}
    ReviewRules.objects.update_or_create(workspace=workspace, project=project, defaults=values)
    record_audit(
        workspace=workspace, actor=actor, action="review.rules", subject=project or workspace, data=values
    )
    return rules_for(workspace, project)


@transaction.atomic
def forget_rules(*, project: Project, actor: User) -> Rules:
    """Let the workspace's rules hold for a project again."""
    require_role(membership_of(actor, project.workspace.slug), Role.PUBLISHER)
    ReviewRules.objects.filter(project=project).delete()
    record_audit(workspace=project.workspace, actor=actor, action="review.rules", subject=project)
    return rules_for(project.workspace, project)


def makers_of(asset: Asset) -> set[UUID]:
    """Return who asked for the piece or edited its wording."""
    asked = [asset.job.requested_by_id if asset.job else None, getattr(asset, "made_by_id", None)]
    edited = asset.revisions.values_list("ended_by", flat=True)
    return {key for key in (*asked, *edited) if key is not None}


def reviewers_of(workspace: Workspace) -> QuerySet[User]:
    """Return the members who may decide about pieces, by name."""
    roles = [role for role in Role if role.rank >= Role.REVIEWER.rank]
    people = User.objects.filter(
        memberships__workspace=workspace, memberships__role__in=roles, is_active=True
    )
    return people.order_by("first_name", "email").distinct()
