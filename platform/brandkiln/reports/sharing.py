"""Links at which a stranger reads one issue, and nothing else of the workspace."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, StudioError, Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.clock import in_seconds
from brandkiln.reports.models import Issue, ShareLink
from brandkiln.workspaces.services import record_audit

SHORTEST_PASSWORD = 8
MOST_DAYS = 365
WINDOW_SECONDS = 60
MOST_REQUESTS = 120
"""In a window, of one link."""
MOST_WRONG = 5
"""Wrong passwords in a window, of one link."""
UNLOCKED_SECONDS = 3_600
SALT = "brandkiln.reports.sharing"


class TooMany(StudioError):
    """A link is asked for too often."""

    code, status = "too_many", 429


@transaction.atomic
def share_issue(*, issue: Issue, actor: User, days: int = 30, password: str = "") -> tuple[ShareLink, str]:
    """Make a link to an issue; return it with its secret, which is kept nowhere.

    Raises:
        Conflict: If the issue cannot be read yet.
        Unprocessable: If it would last too long, or its password is too short.
    """
    if not issue.is_ready:
        raise Conflict(_("%(issue)s is not made yet. Share it once it can be read.") % {"issue": issue})
    problems = {}
    if not 1 <= days <= MOST_DAYS:
        problems["days"] = _("A link lasts 1 to %(most)d days; %(days)d is not.") % {
            "most": MOST_DAYS,
            "days": days,
        }
    if password and not SHORTEST_PASSWORD <= len(password) <= 200:
        problems["password"] = _("A password has %(least)d to 200 characters; this has %(n)d.") % {
            "least": SHORTEST_PASSWORD, "n": len(password),
        }  # fmt: skip
    if problems:
        raise Unprocessable(" ".join(problems.values()), fields=problems)
    secret = secrets.token_urlsafe(24)
    link = ShareLink.objects.create(
        workspace=issue.workspace,
        issue=issue,
        digest=_digest(secret),
        prefix=secret[:6],
        password=make_password(password) if password else "",
        created_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record_audit(
        workspace=issue.workspace, actor=actor, action="report.shared", subject=issue,
        data={"link": str(link.pk), "days": days, "password": bool(password)},
    )  # fmt: skip
    return link, secret


@transaction.atomic
def revoke_link(*, link: ShareLink, actor: User) -> None:
    """Make the link useless from now on."""
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=Now())
    record_audit(
        workspace=link.workspace, actor=actor, action="report.unshared", subject=link.issue,
        data={"link": str(link.pk)},
    )  # fmt: skip


def open_link(secret: str) -> ShareLink:
    """Return the link that a secret opens, and count the request.

    Raises:
        NotFound: If it is unknown, revoked or has expired; which of them is not said.
        TooMany: If it was asked for too often within a minute.
    """
    rows = ShareLink.objects.select_related("issue__report", "issue__job", "workspace")
    link = rows.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=Now()).first()
    if link is None or not link.issue.is_ready:
        raise NotFound(
            _("This link was withdrawn, has expired or never was. Ask whoever sent it for a new one.")
        )
    if not _counted(link, "requests", MOST_REQUESTS):
        raise TooMany(_("This link was opened too often within a minute. Try again in a minute."))
    return link


def count_view(link: ShareLink) -> None:
    """Count that somebody read the page."""
    ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1, viewed_at=Now())


def unlock(link: ShareLink, password: str) -> str:
    """Return what proves for an hour that the password was given.

    Raises:
        Unprocessable: If it is wrong.
        TooMany: If wrong ones were given too often within a minute.
    """
    if ShareLink.objects.filter(
        pk=link.pk, wrong__gte=MOST_WRONG, window_at__gte=in_seconds(-WINDOW_SECONDS)
    ).exists():
        raise TooMany(_("Too many wrong passwords. Try again in a minute."))
    if not check_password(password[:200], link.password):
        _counted(link, "wrong", MOST_WRONG)
        message = _("This is not the password of this link.")
        raise Unprocessable(message, fields={"password": message})
    return signing.dumps([str(link.pk), _mark(link)], salt=SALT)


def is_unlocked(link: ShareLink, proof: str) -> bool:
    """Return whether the link needs no password, or the proof that it was given still holds."""
    if not link.password:
        return True
    try:
        return bool(signing.loads(proof, salt=SALT, max_age=UNLOCKED_SECONDS) == [str(link.pk), _mark(link)])
    except signing.BadSignature:
        return False


def _counted(link: ShareLink, column: str, most: int) -> bool:
    """Count one in the link's window, and return whether that was within what a window takes."""
    over = Q(window_at=None) | Q(window_at__lt=in_seconds(-WINDOW_SECONDS))
    rows = ShareLink.objects.filter(pk=link.pk)
    rows.filter(over).update(window_at=Now(), requests=0, wrong=0)
    return bool(rows.filter(**{f"{column}__lt": most}).update(**{column: F(column) + 1}))


def _mark(link: ShareLink) -> str:
    return hashlib.sha256(link.password.encode()).hexdigest()[:16]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
