"""How people sign in and up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class StudioAccountAdapter(DefaultAccountAdapter):
    """Opens sign-up to strangers only where the setting says so; an invitation opens it for one address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP_OPEN or "invitation" in request.session
