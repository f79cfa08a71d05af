"""Who is a member of a workspace now: whoever was invited and was not switched off since."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from brandkiln.core.models import User
from brandkiln.workspaces.models import Membership


def active_members(workspace_id: UUID) -> QuerySet[Membership]:
    """Return the memberships of those who can sign in."""
    return Membership.objects.filter(workspace=workspace_id, user__is_active=True)


def is_active_member(person: User | None, workspace_id: UUID) -> bool:
    """Return whether a person is a member who can sign in."""
    return person is not None and active_members(workspace_id).filter(user=person).exists()


def addresses_of_members(addresses: Iterable[str], workspace_id: UUID) -> set[str]:
    """Return those of the addresses that are of members who can sign in."""
    members = active_members(workspace_id).filter(user__email__in=list(addresses))
    return set(members.values_list("user__email", flat=True))
