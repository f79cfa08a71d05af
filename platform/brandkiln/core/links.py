"""Secret addresses: rows that a secret opens, which is kept as a hash only. They count requests and end at a word."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import NotFound, StudioError, Unprocessable
from brandkiln.core.models import BaseModel, User

SHORTEST_PASSWORD = 8
MOST_DAYS = 365
WINDOW_SECONDS = 60
MOST_REQUESTS = 120
"""In a window, of one address."""
MOST_WRONG = 5
"""Wrong passwords in a window, of one address."""
UNLOCKED_SECONDS = 3_600


class TooMany(StudioError):
    """An address is asked for too often."""

    code, status = "too_many", 429


class Secret(BaseModel):
    """A row that a secret opens."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=8)
    """How the secret begins, to tell addresses apart."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True)
    window_at = models.DateTimeField(null=True)
    """Since when requests are counted."""
    requests = models.PositiveIntegerField(default=0)
    """In this window."""

    class Meta(BaseModel.Meta):
        abstract = True


class SecretLink(Secret):
    """An address for people: it expires, and may ask for a password."""

    password = models.CharField(max_length=160, blank=True)
    expires_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    """Wrong passwords in this window."""

    class Meta(Secret.Meta):
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


S = TypeVar("S", bound=Secret)
L = TypeVar("L", bound=SecretLink)


def new_secret(actor: User | None) -> tuple[str, dict[str, Any]]:
    """Return a new secret, and the columns of the row that it opens."""
    secret = secrets.token_urlsafe(24)
    return secret, {"digest": digest_of(secret), "prefix": secret[:6], "created_by": actor}


def terms_of(*, days: int, password: str) -> dict[str, Any]:
    """Return the columns that say how long a link lasts and what opens it.

    Raises:
        Unprocessable: If it would last too long, or its password is too short.
    """
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
    return {
        "password": make_password(password) if password else "",
        "expires_at": timezone.now() + timedelta(days=days),
    }


def revoke(row: Secret) -> None:
    """Make the address useless from now on."""
    type(row)._default_manager.filter(pk=row.pk, revoked_at=None).update(revoked_at=Now())


def revoke_all(rows: QuerySet[S]) -> int:
    """Make those of the addresses useless that are open still, and return how many were."""
    return rows.filter(revoked_at=None, expires_at__gt=Now()).update(revoked_at=Now())


def open_secret(rows: QuerySet[S], secret: str, *, most: int = MOST_REQUESTS) -> S:
    """Return that of the rows which a secret opens, and count the request.

    Args:
        most: How many requests a minute takes.

    Raises:
        NotFound: If it is unknown, withdrawn or has expired; which of them is not said.
        TooMany: If it was asked for too often within a minute.
    """
    if issubclass(rows.model, SecretLink):
        rows = rows.filter(expires_at__gt=Now())
    row = rows.filter(digest=digest_of(secret), revoked_at=None).first()
    if row is None:
        raise gone()
    if not _counted(row, "requests", most):
        raise TooMany(_("This link was opened too often within a minute. Try again in a minute."))
    return row


def gone() -> NotFound:
    """Return what is said of a link that opens nothing."""
    return NotFound(
        _("This link was withdrawn, has expired or never was. Ask whoever sent it for a new one.")
    )


def count_view(row: Secret) -> None:
    """Count that somebody read it."""
    type(row)._default_manager.filter(pk=row.pk).update(views=F("views") + 1, viewed_at=Now())


def unlock(link: SecretLink, password: str) -> str:
    """Return what proves for an hour that the password was given.

    Raises:
        Unprocessable: If it is wrong.
        TooMany: If wrong ones were given too often within a minute.
    """
    # Counted before it is checked, so that many at once are no more tries than one after the other.
    if not _counted(link, "wrong", MOST_WRONG):
        raise TooMany(_("Too many wrong passwords. Try again in a minute."))
    if not check_password(password[:200], link.password):
        message = _("This is not the password of this link.")
        raise Unprocessable(message, fields={"password": message})
    type(link)._default_manager.filter(pk=link.pk, wrong__gt=0).update(wrong=F("wrong") - 1)
    return signing.dumps([str(link.pk), _mark(link)], salt=_salt(link))


def is_unlocked(link: SecretLink, proof: str) -> bool:
    """Return whether the link needs no password, or the proof that it was given still holds."""
    if not link.password:
        return True
    try:
        said = signing.loads(proof, salt=_salt(link), max_age=UNLOCKED_SECONDS)
    except signing.BadSignature:
        return False
    return bool(said == [str(link.pk), _mark(link)])


def digest_of(secret: str) -> str:
    """Return the hash under which a secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _counted(row: Secret, column: str, most: int) -> bool:
    """Count one in the row's window, and return whether that was within what a window takes."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    fresh: dict[str, Any] = {"window_at": Now(), "requests": 0}
    if isinstance(row, SecretLink):
        fresh["wrong"] = 0
    rows.filter(Q(window_at=None) | Q(window_at__lt=_window_start())).update(**fresh)
    return bool(rows.filter(**{f"{column}__lt": most}).update(**{column: F(column) + 1}))


def _window_start() -> Any:
    return Now() - timedelta(seconds=WINDOW_SECONDS)


def _mark(link: SecretLink) -> str:
    return hashlib.sha256(link.password.encode()).hexdigest()[:16]


def _salt(link: SecretLink) -> str:
    return f"brandkiln.links.{type(link).__name__}"
