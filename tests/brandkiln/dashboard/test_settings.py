"""Members, invitations and tokens."""

from brandkiln.workspaces.models import ApiToken, Invitation, Membership
from django.test import Client

from tests.factories import Cast


def test_an_invitations_link_is_shown_once(cast: Cast, ada: Client) -> None:
    answer = ada.post("/w/acme/settings/members/invite/", {"email": "nia@example.com", "role": "creator"})
    assert "http://testserver/invitations/" in answer.content.decode()
    assert "http://testserver/invitations/" not in ada.get("/w/acme/settings/members/").content.decode()
    assert Invitation.objects.get().email == "nia@example.com"


def test_a_creator_does_not_manage_people(cast: Cast, ben: Client) -> None:
    assert "Invite somebody" not in ben.get("/w/acme/settings/members/").content.decode()
    answer = ben.post("/w/acme/settings/members/invite/", {"email": "nia@example.com", "role": "admin"})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_the_last_admin_stays(cast: Cast, ada: Client) -> None:
    own = Membership.objects.get(workspace=cast.acme, user=cast.ada)
    answer = ada.post(f"/w/acme/settings/members/{own.pk}/role/", {"role": "creator"})
    assert answer.status_code == 409
    assert "at least one admin" in answer.content.decode()


def test_a_tokens_text_is_shown_once_and_can_be_revoked(cast: Cast, ben: Client) -> None:
    page = ben.post(
        "/w/acme/settings/tokens/", {"name": "Shop", "scopes": ["read"], "days": 30}
    ).content.decode()
    token = ApiToken.objects.get()
    assert token.expires_at is not None
    assert 'value="bk_' in page
    assert 'value="bk_' not in ben.get("/w/acme/settings/tokens/").content.decode()
    ben.post(f"/w/acme/settings/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_member_sees_only_own_tokens_and_an_admin_all(cast: Cast, ada: Client, ben: Client) -> None:
    ada.post("/w/acme/settings/tokens/", {"name": "Adas", "scopes": ["read"], "days": 0})
    assert "Adas" not in ben.get("/w/acme/settings/tokens/").content.decode()
    ben.post("/w/acme/settings/tokens/", {"name": "Bens", "scopes": ["read"], "days": 0})
    assert "Bens" in ada.get("/w/acme/settings/tokens/").content.decode()


def test_an_address_longer_than_any_is_refused(ada: Client) -> None:
    words = {"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.com", "role": "creator"}
    assert ada.post("/w/acme/settings/members/invite/", words).status_code == 422
