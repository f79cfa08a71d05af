import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from brandkiln.core.models import User
from brandkiln.workspaces.adapter import StudioSocialAccountAdapter
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.services import invite_member
from django.test import RequestFactory

from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "is_open"),
    [("dora@example.com", True), ("Dora@example.com", True), ("eve@example.com", False), ("", False)],
)
def test_a_sign_in_service_opens_an_invitation_for_its_own_address_only(
    cast: Cast, rf: RequestFactory, address: str, is_open: bool
) -> None:
    _, secret = invite_member(
        workspace=cast.acme, email="dora@example.com", role=Role.CREATOR, invited_by=cast.ada
    )
    request = rf.get("/")
    request.session = {"invitation": secret}
    login = SocialLogin(account=SocialAccount(), user=User(email=address))
    assert StudioSocialAccountAdapter(request).is_open_for_signup(request, login) is is_open


def test_without_an_invitation_a_sign_in_service_opens_nothing(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.session = {}
    login = SocialLogin(account=SocialAccount(), user=User(email="eve@example.com"))
    assert not StudioSocialAccountAdapter(request).is_open_for_signup(request, login)
