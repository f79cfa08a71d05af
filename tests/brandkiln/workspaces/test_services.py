"""Members, invitations and tokens: who gets in, and who no longer does."""

from datetime import timedelta

import pytest
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.workspaces.models import AuditEntry, Invitation, Membership, Role
from brandkiln.workspaces.services import (
    accept_invitation,
    change_role,
    create_workspace,
    find_token,
    invite_member,
    issue_token,
    remove_member,
    revoke_token,
    withdraw_invitation,
)
from django.utils import timezone

from tests.factories import Cast, UserFactory

pytestmark = pytest.mark.django_db


def test_the_owner_of_a_new_workspace_is_its_admin(cast: Cast) -> None:
    workspace = create_workspace(name="Café Noir", owner=cast.ada)
    assert workspace.slug == "cafe-noir"
    assert Membership.objects.get(workspace=workspace).role == Role.ADMIN


def test_two_workspaces_of_one_name_get_two_addresses(cast: Cast) -> None:
    first = create_workspace(name="Studio", owner=cast.ada)
    second = create_workspace(name="Studio", owner=cast.ben)
    assert (first.slug, second.slug) == ("studio", "studio-2")


def test_an_invitation_is_accepted_once_by_the_person_it_names(cast: Cast) -> None:
    _invitation, secret = invite_member(
        workspace=cast.acme, email=" Nia@Example.com ", role=Role.REVIEWER, invited_by=cast.ada
    )
    nia = UserFactory(email="nia@example.com")
    assert accept_invitation(secret=secret, user=nia).role == Role.REVIEWER
    with pytest.raises(NotFound, match="used, withdrawn or has expired"):
        accept_invitation(secret=secret, user=nia)


def test_an_invitation_is_of_no_use_to_another_person(cast: Cast) -> None:
    _invitation, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.ADMIN, invited_by=cast.ada
    )
    with pytest.raises(NotFound, match="another address"):
        accept_invitation(secret=secret, user=cast.cleo)
    assert not Membership.objects.filter(workspace=cast.acme, user=cast.cleo).exists()


@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_an_invitation_that_ended_opens_nothing(cast: Cast, how: str) -> None:
    invitation, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.CREATOR, invited_by=cast.ada
    )
    if how == "expired":
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        withdraw_invitation(invitation=invitation, actor=cast.ada)
    with pytest.raises(NotFound):
        accept_invitation(secret=secret, user=UserFactory(email="nia@example.com"))


def test_inviting_a_member_or_a_word_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="member already"):
        invite_member(workspace=cast.acme, email=cast.ben.email, role=Role.CREATOR, invited_by=cast.ada)
    with pytest.raises(Unprocessable, match="not an e-mail address"):
        invite_member(workspace=cast.acme, email="nobody", role=Role.CREATOR, invited_by=cast.ada)


def test_the_last_admin_can_neither_leave_nor_step_down(cast: Cast) -> None:
    membership = Membership.objects.get(workspace=cast.acme, user=cast.ada)
    with pytest.raises(Conflict, match="at least one admin"):
        change_role(membership=membership, role=Role.CREATOR, actor=cast.ada)
    with pytest.raises(Conflict, match="at least one admin"):
        remove_member(membership=membership, actor=cast.ada)
    change_role(
        membership=Membership.objects.get(workspace=cast.acme, user=cast.ben), role=Role.ADMIN, actor=cast.ada
    )
    remove_member(membership=membership, actor=cast.ben)
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_a_token_is_found_by_its_text_and_kept_only_as_a_hash(cast: Cast) -> None:
    token, text = issue_token(workspace=cast.acme, user=cast.ada, name="ci", scopes=["read"])
    assert find_token(text) == token
    assert text not in str(token.__dict__)


def test_a_token_dies_when_it_is_revoked_expires_or_its_owner_goes(cast: Cast) -> None:
    first, first_text = issue_token(workspace=cast.acme, user=cast.ben, name="a", scopes=["read"])
    revoke_token(token=first, actor=cast.ada)
    _second, second_text = issue_token(
        workspace=cast.acme,
        user=cast.ben,
        name="b",
        scopes=["read"],
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    _third, third_text = issue_token(workspace=cast.acme, user=cast.ben, name="c", scopes=["read"])
    _fourth, fourth_text = issue_token(workspace=cast.acme, user=cast.rita, name="d", scopes=["read"])
    remove_member(membership=Membership.objects.get(workspace=cast.acme, user=cast.ben), actor=cast.ada)
    cast.rita.is_active = False
    cast.rita.save()
    assert [find_token(text) for text in (first_text, second_text, third_text, fourth_text)] == [None] * 4


def test_a_token_needs_a_member_and_known_scopes(cast: Cast) -> None:
    with pytest.raises(NotFound):
        issue_token(workspace=cast.acme, user=cast.cleo, name="x", scopes=["read"])
    with pytest.raises(Unprocessable, match="There is no scope fly"):
        issue_token(workspace=cast.acme, user=cast.ada, name="x", scopes=["fly"])


def test_every_change_of_people_stands_in_the_audit_log(cast: Cast) -> None:
    invite_member(workspace=cast.acme, email="nia@example.com", role=Role.CREATOR, invited_by=cast.ada)
    membership = Membership.objects.get(workspace=cast.acme, user=cast.ben)
    change_role(membership=membership, role=Role.REVIEWER, actor=cast.ada)
    remove_member(membership=membership, actor=cast.ada)
    actions = set(
        AuditEntry.objects.filter(workspace=cast.acme, actor=cast.ada).values_list("action", flat=True)
    )
    assert actions == {"member.invited", "member.role", "member.removed"}


def test_who_was_removed_does_not_come_back_by_an_invitation_of_before(cast: Cast) -> None:
    _invitation, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.ADMIN, invited_by=cast.ada
    )
    nia = UserFactory(email="nia@example.com")
    membership = Membership.objects.create(workspace=cast.acme, user=nia)  # she came by single sign-on
    remove_member(membership=membership, actor=cast.ada)
    with pytest.raises(NotFound, match="used, withdrawn or has expired"):
        accept_invitation(secret=secret, user=nia)
