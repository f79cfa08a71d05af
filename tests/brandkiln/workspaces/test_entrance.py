"""The doors: who may make an account, and where staff sign in."""

from typing import Any

import pytest
from brandkiln.core.models import Attempt, User
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.services import invite_member, withdraw_invitation
from django.core import mail
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db


def sign_up(browser: Client, email: str) -> int:
    words = {"email": email, "password1": "a long clay path", "password2": "a long clay path"}
    return browser.post("/accounts/signup/", words).status_code


def test_an_invitation_opens_sign_up_for_its_own_address_only(cast: Cast) -> None:
    _, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.CREATOR, invited_by=cast.ada
    )
    browser = Client()
    assert "email=nia%40example.com" in browser.get(f"/invitations/{secret}/").content.decode()
    assert sign_up(browser, "somebody@example.com") == 200
    assert not User.objects.filter(email="somebody@example.com").exists()
    assert sign_up(browser, "Nia@example.com") == 302
    assert User.objects.filter(email="nia@example.com").exists()


def test_an_invitation_is_written_in_the_language_that_is_chosen_for_it(cast: Cast, settings: object) -> None:
    settings.EMAIL_HOST = "mail"  # type: ignore[attr-defined]
    browser = Client()
    browser.force_login(cast.ada)
    sent = {"email": "nia@example.com", "role": "creator", "language": "zh-hans"}
    browser.post("/w/acme/settings/members/invite/", sent)
    [letter] = mail.outbox
    assert "\u9080" in letter.subject, "an invitation is a yao qing"
    [(page, _media_type)] = letter.alternatives
    assert 'lang="zh-hans"' in page
    assert page.count("/invitations/") == 2, "the address stands on the button and in words"
    browser.post("/w/acme/settings/members/invite/", sent | {"language": "en"})
    assert mail.outbox[1].subject == "Your invitation to Acme"


def test_a_withdrawn_invitation_opens_nothing(cast: Cast) -> None:
    invitation, secret = invite_member(
        workspace=cast.acme, email="nia@example.com", role=Role.CREATOR, invited_by=cast.ada
    )
    browser = Client()
    browser.get(f"/invitations/{secret}/")
    withdraw_invitation(invitation=invitation, actor=cast.ada)
    sign_up(browser, "nia@example.com")
    assert not User.objects.filter(email="nia@example.com").exists()


def test_staff_sign_in_where_second_factors_and_rate_limits_are_asked_for() -> None:
    answer = Client().post("/admin/login/?next=/admin/", {"username": "a@example.com", "password": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")


def test_a_member_who_is_no_staff_gets_nothing_from_the_admin(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.ada)
    assert browser.get("/admin/login/?next=/admin/").status_code == 403


def test_wrong_passwords_are_counted_where_all_web_processes_see_them(cast: Cast) -> None:
    cast.ada.set_password("a long clay path")
    cast.ada.save()

    def sign_in(password: str, port: int = 80) -> int:
        words = {"login": cast.ada.email, "password": password}
        return Client().post("/accounts/login/", words, headers={"Host": f"testserver:{port}"}).status_code

    for port in range(1, 6):
        assert sign_in("not it", port) == 200
    assert sign_in("a long clay path") == 200, "six within five minutes are too many"
    counted = Attempt.objects.exclude(cache_key__endswith=":lock")
    assert counted.exists()
    counted.delete()
    assert sign_in("a long clay path") == 302


def test_pages_of_accounts_speak_the_studios_words(cast: Cast) -> None:
    browser = Client()
    refused = browser.post("/accounts/login/", {"login": cast.ada.email, "password": "not it"})
    assert "Address and password do not belong together." in refused.content.decode()
    browser.force_login(cast.ada)
    page = browser.get("/accounts/email/").content.decode()
    assert ["E-mail addresses" in page, "Email Addresses" in page] == [True, False]


def test_a_form_that_is_too_large_says_so(cast: Cast, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    browser = Client()
    browser.force_login(cast.ada)
    form = "application/x-www-form-urlencoded"
    answer = browser.post("/workspaces/new/", "name=" + "x" * 2**20, content_type=form)
    assert (answer.status_code, "at most 1 MB of words" in answer.content.decode()) == (413, True)
