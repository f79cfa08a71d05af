"""How people sign in and up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest

from brandkiln.core.errors import NotFound
from brandkiln.workspaces.services import open_invitation


class StudioAccountAdapter(DefaultAccountAdapter):
    """Opens sign-up to strangers only where the setting says so; an invitation opens it for one address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP_OPEN or invited_address(request) is not None


class StudioSocialAccountAdapter(DefaultSocialAccountAdapter):
    """The same for people who come from a sign-in service: an invitation is for its own address only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        address = (sociallogin.user.email or "").lower()
        return settings.SIGN_UP_OPEN or (bool(address) and address == invited_address(request))


def invited_address(request: HttpRequest) -> str | None:
    """Return the address of the open invitation whose link this visitor followed, or None."""
    try:
        return open_invitation(request.session.get("invitation", "")).email
    except NotFound:
        return None
