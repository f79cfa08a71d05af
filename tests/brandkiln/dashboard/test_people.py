"""Where people land, and how they come in."""

from collections.abc import Callable

from brandkiln.core.models import User
from brandkiln.workspaces.models import Membership, Role, Workspace
from brandkiln.workspaces.services import invite_member
from django.test import Client

from tests.factories import Cast, UserFactory


def test_a_visitor_is_sent_to_sign_in_and_back(cast: Cast) -> None:
    answer = Client().get("/w/acme/jobs/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/w/acme/jobs/"


def test_home_is_the_workspace_of_the_last_visit(cast: Cast, ada: Client) -> None:
    second = Workspace.objects.create(name="Second", slug="second")
    Membership.objects.create(workspace=second, user=cast.ada, role=Role.ADMIN)
    assert ada.get("/")["Location"] == "/w/acme/"
    ada.get("/w/second/")
    assert ada.get("/")["Location"] == "/w/second/"


def test_somebody_without_a_workspace_creates_one(db: None, browser_of: Callable[[User], Client]) -> None:
    browser = browser_of(UserFactory())
    assert browser.get("/")["Location"] == "/workspaces/new/"
    answer = browser.post("/workspaces/new/", {"name": "Kiln & Co"})
    assert answer["Location"] == "/w/kiln-co/"


def test_an_invitation_lets_its_person_sign_up_and_join(cast: Cast) -> None:
    _, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.REVIEWER, invited_by=cast.ada
    )
    browser = Client()
    assert b"Join Acme" in browser.get(f"/invitations/{secret}/").content
    words = {
        "email": "nia@example.com",
        "password1": "a long clay path",
        "password2": "a long clay path",
        "next": f"/invitations/{secret}/",
    }
    assert browser.post("/accounts/signup/", words)["Location"] == f"/invitations/{secret}/"
    assert browser.post(f"/invitations/{secret}/")["Location"] == "/w/acme/"
    assert Membership.objects.get(user__email="nia@example.com").role == Role.REVIEWER


def test_an_invitation_is_of_no_use_to_somebody_else(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    _, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.REVIEWER, invited_by=cast.ada
    )
    assert browser_of(cast.cleo).post(f"/invitations/{secret}/").status_code == 404
    assert not Membership.objects.filter(workspace=cast.acme, user=cast.cleo).exists()


def test_a_person_changes_the_name_that_others_see(cast: Cast, ada: Client) -> None:
    ada.post("/profile/", {"first_name": "Augusta", "last_name": "King"})
    cast.ada.refresh_from_db()
    assert str(cast.ada) == "Augusta King"
