"""Letters about reports. Each goes to one address, so that nobody reads who else gets it."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from brandkiln.core.languages import in_language_of
from brandkiln.reports.documents import document_of
from brandkiln.reports.models import Issue, Schedule

logger = logging.getLogger(__name__)
SENTENCES = 3
KEY_FIGURES = 6
LANGUAGES = {"zh": "zh-hans"}
"""The studio's name of a language of reports, where it is another."""


def address_of(issue: Issue) -> str:
    """Return where a member reads the issue."""
    path = reverse("dashboard:report_issue", args=[issue.workspace.slug, issue.report_id, issue.number])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def send_digest(issue: Issue, addresses: Sequence[str]) -> list[str]:
    """Send the key figures and the first sentences of an issue; return the addresses that it did not reach."""
    if not addresses or not settings.EMAIL_HOST:
        return []
    document = document_of(issue)
    context = {
        "issue": issue,
        "link": address_of(issue),
        "keys": document.key_figures[:KEY_FIGURES],
        "sentences": document.summary[:SENTENCES],
        "missing": document.missing,
    }
    with override(LANGUAGES.get(issue.report.language, issue.report.language)):
        return _send("digest", context, addresses)


def send_failure(schedule: Schedule, *, most: int) -> None:
    """Tell the owner of a schedule that its last run failed, and whether it stopped."""
    if schedule.owner is None:
        return
    path = reverse("dashboard:report_page", args=[schedule.workspace.slug, schedule.report_id])
    link = f"{settings.PUBLIC_URL.rstrip('/')}{path}"
    with in_language_of(schedule.owner):
        _send("failed", {"schedule": schedule, "link": link, "most": most}, [schedule.owner.email])


def _send(name: str, context: dict[str, Any], addresses: Sequence[str]) -> list[str]:
    if not settings.EMAIL_HOST:
        return []
    subject = " ".join(render_to_string(f"reports/mail/{name}_subject.txt", context).split())
    body = render_to_string(f"reports/mail/{name}.txt", context)
    unsent = []
    for address in addresses:
        try:
            send_mail(subject, body, None, [address])
        except OSError as error:
            logger.warning("A letter (%s) was not sent: %s", name, error)
            unsent.append(address)
    return unsent
