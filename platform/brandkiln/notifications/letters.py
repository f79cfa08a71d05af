"""Letters: one at once, or a digest that collects what a person has not read. Any number of sweepers may look."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from brandkiln.core.languages import in_language_of
from brandkiln.core.models import User
from brandkiln.notifications.messages import address
from brandkiln.notifications.models import Digest, Mail, Notification
from brandkiln.notifications.preferences import digest_of, next_due, stop_token
from brandkiln.notifications.reading import said
from brandkiln.workspaces.members import is_active_member
from brandkiln.workspaces.models import Workspace

logger = logging.getLogger(__name__)
BATCH = 100
TRIES = 5
"""Letters that the mail server refused are tried again after 3, 15, 63 and 255 minutes."""
OLDEST_DAYS = 8
"""What is older is told by no letter: a studio that gets a mail server writes none about last year."""
MOST_LINES = 50


def send_letters() -> int:
    """Send the letters and digests that are due; return how many went out."""
    if not settings.EMAIL_HOST:
        return 0
    sent = sum(_send_one(key) for key in _waiting().values_list("pk", flat=True)[:BATCH])
    _begin_digests()
    due = Digest.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return sent + sum(_send_digest(key) for key in due.values_list("pk", flat=True)[:BATCH])


def _unmailed(mail: str) -> Q:
    return Q(mail=mail, mailed_at=None, created_at__gt=timezone.now() - timedelta(days=OLDEST_DAYS))


def _waiting() -> "QuerySet[Notification]":
    now = timezone.now()
    ready = Q(mail_attempts=0)
    for attempts in range(1, TRIES):
        ready |= Q(mail_attempts=attempts, created_at__lt=now - timedelta(minutes=4**attempts - 1))
    return Notification.objects.filter(_unmailed(Mail.AT_ONCE) & ready).order_by("created_at")


def _send_one(key: UUID) -> bool:
    """Send one letter, unless another sweeper does."""
    mine = Notification.objects.filter(pk=key, mailed_at=None)
    if not mine.update(mailed_at=timezone.now(), mail_attempts=F("mail_attempts") + 1):
        return False
    row = Notification.objects.select_related("announcement__actor", "workspace", "person").get(pk=key)
    if not is_active_member(row.person, row.workspace_id):
        return False  # they left since it was written
    if _post("one", row.workspace, row.person, [row], kind=row.announcement.kind):
        return True
    Notification.objects.filter(pk=key).update(mailed_at=None)
    return False


def _begin_digests() -> None:
    """Give a digest to people who are to get one for the first time."""
    rows = Notification.objects.filter(_unmailed(Mail.DIGEST)).exclude(
        person__digests__workspace=F("workspace")
    )
    for workspace, person in rows.order_by().values_list("workspace", "person").distinct()[:BATCH]:
        fresh = digest_of(Workspace(pk=workspace), User(pk=person))
        Digest.objects.get_or_create(
            workspace_id=workspace, person_id=person, defaults={"hour": fresh.hour, "due_at": fresh.due_at}
        )


def _send_digest(key: UUID) -> bool:
    """Send one person's digest, unless another sweeper does, nothing happened, or they have read all of it."""
    with transaction.atomic():
        digest = Digest.objects.select_related("workspace", "person").get(pk=key)
        mine = Digest.objects.filter(pk=key, due_at=digest.due_at)
        if digest.due_at > timezone.now() or not mine.update(due_at=next_due(digest, timezone.now())):
            return False
        told = Notification.objects.filter(
            _unmailed(Mail.DIGEST), workspace=digest.workspace, person=digest.person
        )
        rows = list(told.filter(read_at=None).select_related("announcement__actor").order_by("created_at"))
        keys = list(told.values_list("pk", flat=True))
        Notification.objects.filter(pk__in=keys).update(mailed_at=timezone.now())
    if not rows or not is_active_member(digest.person, digest.workspace_id):
        return False
    if _post("digest", digest.workspace, digest.person, rows, kind=""):
        return True
    Notification.objects.filter(pk__in=keys).update(mailed_at=None)
    Digest.objects.filter(pk=key).update(due_at=timezone.now() + timedelta(minutes=15))
    return False


def _post(name: str, workspace: Workspace, person: User, rows: Sequence[Notification], *, kind: str) -> bool:
    """Hand a letter to the mail server; return whether it took it. It carries a link that ends its kind."""
    with in_language_of(person):
        letter = _letter(name, workspace, person, rows, kind=kind)
    try:
        return bool(letter.send())
    except OSError as error:
        logger.warning("A letter (%s) was not sent and is tried again: %s", name, error)
        return False


def _letter(
    name: str, workspace: Workspace, person: User, rows: Sequence[Notification], *, kind: str
) -> EmailMultiAlternatives:
    """Return a letter in the language that holds just now."""
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows[:MOST_LINES]:
        line = {"said": said(row.announcement), "link": address(row.announcement.path)}
        groups[row.announcement.kind].append(line)
    stop = address(reverse("dashboard:letters_stop", args=[stop_token(workspace, person, kind)]))
    context = {
        "workspace": workspace, "groups": dict(groups), "count": len(rows), "more": max(0, len(rows) - MOST_LINES),
        "kind": kind, "stop": stop,
        "preferences": address(reverse("dashboard:notification_preferences", args=[workspace.slug])),
    }  # fmt: skip
    head = " ".join(render_to_string(f"notifications/mail/{name}_subject.txt", context).split())
    letter = EmailMultiAlternatives(
        head[:200], render_to_string(f"notifications/mail/{name}.txt", context), None, [person.email]
    )
    page = render_to_string("notifications/mail/letter.html", context | {"title": head})
    letter.attach_alternative(page, "text/html")
    letter.extra_headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return letter
