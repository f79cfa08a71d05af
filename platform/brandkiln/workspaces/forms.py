"""The form with which people sign up."""

from allauth.account.forms import SignupForm
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from brandkiln.workspaces.adapter import invited_address


class InvitedSignupForm(SignupForm):
    """Takes every address where sign-up is open to strangers, else only the one that was invited."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not settings.SIGN_UP_OPEN and email != invited_address(context.request):
            raise ValidationError(_("The invitation is for another address. Sign up with that one."))
        return email
