"""Letters that the pages send."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from brandkiln.workspaces.models import Invitation


def send_invitation(invitation: Invitation, link: str, *, language: str = "") -> bool:
    """Send the invitation's link, where the studio has a mail server; return whether it went out.

    Args:
        language: What it is written in; by default the language of the page.
    """
    if not settings.EMAIL_HOST:
        return False
    context = {"invitation": invitation, "workspace": invitation.workspace, "link": link}
    with override(language or get_language()):
        subject = " ".join(render_to_string("workspaces/mail/invitation_subject.txt", context).split())
        body = render_to_string("workspaces/mail/invitation.txt", context)
        page = render_to_string("workspaces/mail/invitation.html", context | {"title": subject})
    try:
        return bool(send_mail(subject, body, None, [invitation.email], html_message=page))
    except OSError:
        return False
