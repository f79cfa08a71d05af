"""How people sign in and up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from brandkiln.core.errors import NotFound
from brandkiln.core.models import User
from brandkiln.workspaces.services import open_invitation
from brandkiln.workspaces.sign_in import take_over_roles, wanted_roles


class StudioAccountAdapter(DefaultAccountAdapter):
    """Opens sign-up to strangers only where the setting says so; an invitation opens it for one address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP_OPEN or invited_address(request) is not None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return by what wrong passwords of an account are counted; allauth adds the host, where any port fits."""
        return str(credentials.get("email", "")).lower()


class StudioSocialAccountAdapter(DefaultSocialAccountAdapter):
    """The same for people who come from a sign-in service: an invitation is for its own address only.

    Whoever's groups grant them a role somewhere needs no invitation.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        if wanted_roles(sociallogin.account.extra_data):
            return True
        address = (sociallogin.user.email or "").lower()
        return settings.SIGN_UP_OPEN or (bool(address) and address == invited_address(request))


def invited_address(request: HttpRequest) -> str | None:
    """Return the address of the open invitation whose link this visitor followed, or None."""
    try:
        return open_invitation(request.session.get("invitation", "")).email
    except NotFound:
        return None


@receiver(user_logged_in, dispatch_uid="brandkiln.roles")
def take_over(sender: Any, user: User, sociallogin: SocialLogin | None = None, **_: Any) -> None:
    """Take over the roles that a sign-in service grants, each time that somebody comes from there."""
    if sociallogin is not None:
        take_over_roles(user=user, data=sociallogin.account.extra_data)
