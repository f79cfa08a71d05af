"""Writes about workspaces, one transaction each."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.slugs import create_with_slug
from brandkiln.workspaces.leaving import heir_of, leave, said_of
from brandkiln.workspaces.models import ApiToken, AuditEntry, Invitation, Membership, Role, Workspace

SCOPES = {
    "read": "See projects, data sets, jobs, checkpoints and assets",
    "write": "Create data sets and upload files",
    "jobs": "Submit, cancel and retry jobs",
}
INVITATION_DAYS = 14
ON_JOIN: list[Callable[[Membership], object]] = []
"""What is called when somebody has joined; apps above add their own."""
TOKEN_PREFIX = "bk_"  # noqa: S105  not a secret: lets scanners find leaked tokens


def record_audit(
    *,
    workspace: Workspace,
    actor: User | None,
    action: str,
    subject: object,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one line to the workspace's audit log."""
    return AuditEntry.objects.create(
        workspace=workspace, actor=actor, action=action, subject=str(subject)[:120], data=data or {}
    )


@transaction.atomic
def create_workspace(*, name: str, owner: User, slug: str | None = None) -> Workspace:
    """Create a workspace whose first admin is its owner."""
    if slug is not None:
        workspace = Workspace.objects.create(name=name, slug=slug)
    else:
        workspace = create_with_slug(
            lambda free: Workspace.objects.create(name=name, slug=free),
            name=name,
            taken=Workspace.objects.all(),
            fallback="workspace",
        )
    Membership.objects.create(workspace=workspace, user=owner, role=Role.ADMIN)
    record_audit(workspace=workspace, actor=owner, action="workspace.created", subject=workspace)
    return workspace


@transaction.atomic
def invite_member(
    *, workspace: Workspace, email: str, role: Role, invited_by: User
) -> tuple[Invitation, str]:
    """Offer a role to an address; return the invitation and the secret of its link, which is kept nowhere."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Unprocessable(
            _('"%(email)s" is not an e-mail address.') % {"email": email}, fields={"email": error.messages[0]}
        ) from error
    if Membership.objects.filter(workspace=workspace, user__email=email).exists():
        raise Conflict(_("%(email)s is a member already.") % {"email": email})
    Invitation.objects.filter(workspace=workspace, email=email, accepted_at=None).delete()
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email,
        role=role,
        digest=_digest(secret),
        invited_by=invited_by,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    record_audit(
        workspace=workspace, actor=invited_by, action="member.invited", subject=email, data={"role": role}
    )
    return invitation, secret


def open_invitation(secret: str) -> Invitation:
    """Return the invitation that the link's secret opens; raise NotFound if it is unknown, used or expired."""
    invitation = (
        Invitation.objects.select_related("workspace", "invited_by").filter(digest=_digest(secret)).first()
    )
    if invitation is None or not invitation.is_open:
        raise NotFound(_("This invitation was used, withdrawn or has expired. Ask for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(*, secret: str, user: User) -> Membership:
    """Make the user a member; the invitation can be used once, by the address that it names."""
    invitation = open_invitation(secret)
    if invitation.email != user.email:
        raise NotFound(
            _(
                "This invitation is for another address. Sign in as the person who was invited, or ask for a new one."
            )
        )
    used = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now())
    if not used:
        raise NotFound(_("This invitation was used, withdrawn or has expired. Ask for a new one."))
    membership, _created = Membership.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    record_audit(workspace=invitation.workspace, actor=user, action="member.joined", subject=user.email)
    tell_joined(membership)
    return membership


def tell_joined(membership: Membership) -> None:
    """Tell the apps above that somebody is a member now, in the transaction that made it so."""
    for told in ON_JOIN:
        told(membership)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: User) -> None:
    """Make the link of an open invitation useless."""
    record_audit(
        workspace=invitation.workspace, actor=actor, action="invitation.withdrawn", subject=invitation.email
    )
    invitation.delete()


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: User) -> Membership:
    """Give the member another role; the last admin stays one."""
    _keep_an_admin(membership, stays_admin=role == Role.ADMIN)
    membership.role = role
    membership.save(update_fields=["role"])
    record_audit(
        workspace=membership.workspace,
        actor=actor,
        action="member.role",
        subject=membership.user.email,
        data={"role": role},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User) -> list[str]:
    """End the membership with its tokens, links for people outside and open invitations; the last admin stays.

    What runs on a schedule goes on in the name of the actor. Returns sentences about what was left behind.
    """
    _keep_an_admin(membership, stays_admin=False)
    heir = heir_of(membership, actor)
    left = leave(membership, heir)
    open_ones = Invitation.objects.filter(workspace=membership.workspace, accepted_at=None)
    open_ones.filter(email=membership.user.email).delete()
    ApiToken.objects.filter(workspace=membership.workspace, user=membership.user, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    record_audit(
        workspace=membership.workspace, actor=actor, action="member.removed", subject=membership.user.email,
        data=dict(left),
    )  # fmt: skip
    membership.delete()
    return said_of(left, heir)


@transaction.atomic
def issue_token(
    *, workspace: Workspace, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Issue a token and return it with its text, which can never be shown again."""
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        raise Unprocessable(
            f"There is no scope {', '.join(sorted(unknown))}; use {', '.join(SCOPES)}.",
            fields={"scopes": ", ".join(sorted(unknown))},
        )
    if not Membership.objects.filter(workspace=workspace, user=user).exists():
        raise NotFound(f"{user.email} is not a member of {workspace.slug}.")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        workspace=workspace,
        user=user,
        name=name,
        prefix=text[:10],
        digest=_digest(text),
        scopes=wanted,
        expires_at=expires_at,
    )
    record_audit(
        workspace=workspace, actor=user, action="token.issued", subject=name, data={"scopes": wanted}
    )
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User) -> None:
    """Make the token useless from now on."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    record_audit(workspace=token.workspace, actor=actor, action="token.revoked", subject=token.name)


def find_token(text: str) -> ApiToken | None:
    """Return the live token with this text, if its owner is still an active member."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("workspace", "user")
        .filter(digest=_digest(text), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None or (token.expires_at and token.expires_at <= now):
        return None
    if not Membership.objects.filter(workspace=token.workspace, user=token.user).exists():
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _keep_an_admin(membership: Membership, *, stays_admin: bool) -> None:
    admins = Membership.objects.select_for_update().filter(workspace=membership.workspace, role=Role.ADMIN)
    if membership.role == Role.ADMIN and not stays_admin and len(admins) == 1:
        raise Conflict(_("A workspace needs at least one admin. Make somebody else an admin first."))
