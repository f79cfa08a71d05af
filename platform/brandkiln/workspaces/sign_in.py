"""What a sign-in service says of a person's groups, and the workspaces and roles that come of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from brandkiln.core.errors import Conflict
from brandkiln.core.models import User
from brandkiln.workspaces.models import Membership, Role, Workspace
from brandkiln.workspaces.services import change_role, record_audit, remove_member, tell_joined


@dataclass(frozen=True, slots=True)
class Grant:
    """What members of a group get: a role in a workspace."""

    group: str
    workspace: str
    role: Role


def grants(entries: Iterable[str]) -> list[Grant]:
    """Return the grants of ``group=workspace:role`` entries.

    Raises:
        ValueError: If an entry can't be read, with what would be right.
    """
    found = []
    for entry in entries:
        group, _equals, rest = entry.rpartition("=")
        workspace, _colon, role = rest.partition(":")
        if not group or not workspace or role not in Role.values:
            raise ValueError(
                f"{entry!r} of BRANDKILN_OIDC_ROLES is no group=workspace:role; roles are {', '.join(Role.values)}."
            )
        found.append(Grant(group.strip(), workspace.strip(), Role(role)))
    return found


def groups_in(data: Mapping[str, Any], claim: str) -> set[str]:
    """Return the groups that a claim names, in what came with the sign-in: a list or one name, dots lead inwards."""
    found: set[str] = set()
    for part in (data.get("userinfo"), data.get("id_token"), data):
        value: Any = part
        for name in claim.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, Sequence):
            found |= {one for one in value if isinstance(one, str)}
    return found


def wanted_roles(data: Mapping[str, Any]) -> dict[str, Role]:
    """Return the highest role in each workspace that the person's groups grant."""
    mine = groups_in(data, settings.OIDC_CLAIM)
    wanted: dict[str, Role] = {}
    for grant in grants(settings.OIDC_ROLES):
        if grant.group in mine:
            before = wanted.get(grant.workspace)
            wanted[grant.workspace] = max((grant.role, before or grant.role), key=lambda role: role.rank)
    return wanted


@transaction.atomic
def take_over_roles(*, user: User, data: Mapping[str, Any]) -> None:
    """Give the person the memberships that their groups grant, and take back those that they no longer do.

    Only workspaces that BRANDKILN_OIDC_ROLES names are touched. Whoever was invited by hand stays; the last admin of a
    workspace stays one.
    """
    wanted = wanted_roles(data)
    named = {grant.workspace for grant in grants(settings.OIDC_ROLES)}
    have = {
        row.workspace.slug: row
        for row in Membership.objects.select_related("workspace", "user").filter(
            user=user, workspace__slug__in=named
        )
    }
    for workspace in Workspace.objects.filter(slug__in=wanted):
        role, row = wanted[workspace.slug], have.get(workspace.slug)
        if row is None:
            row = Membership.objects.create(workspace=workspace, user=user, role=role, by_sign_in=True)
            record_audit(
                workspace=workspace, actor=None, action="member.joined", subject=user.email,
                data={"role": role, "by": "sign-in"},
            )  # fmt: skip
            tell_joined(row)
        elif row.role != role and row.by_sign_in:
            _kept(lambda row=row, role=role: change_role(membership=row, role=role, actor=user))
    for slug, row in have.items():
        if slug not in wanted and row.by_sign_in:
            _kept(lambda row=row: remove_member(membership=row, actor=user))


def _kept(change: Any) -> None:
    try:
        with transaction.atomic():
            change()
    except Conflict:
        pass  # the last admin stays, whatever the groups say
