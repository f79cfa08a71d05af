"""Writes about webhooks that people ask for, one transaction each."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.sealing import WEBHOOK_SECRET, seal, unseal
from brandkiln.core.text import is_storable
from brandkiln.notifications.kinds import KINDS, NOT_CHOSEN
from brandkiln.notifications.models import Delivery, Endpoint
from brandkiln.notifications.services import record
from brandkiln.notifications.signing import new_secret
from brandkiln.notifications.wire import check_address
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature
from generators.remote import BadAddress

OVERLAP_HOURS = 24
"""For so long after a change the old secret signs as well, unless somebody says otherwise."""
MOST_OVERLAP_HOURS = 168
MOST_ENDPOINTS = 20


@transaction.atomic
def create_endpoint(
    *, workspace: Workspace, actor: User | None, name: str, url: str, kinds: Iterable[str] = ()
) -> tuple[Endpoint, str]:
    """Return a new endpoint and its secret, which is shown to nobody again.

    Raises:
        Unprocessable: If the address can't be used or a value does not fit; ``fields`` names it.
    """
    require_feature(workspace, "webhooks")
    facts = _checked(name, url, kinds)
    if Endpoint.objects.filter(workspace=workspace).count() >= MOST_ENDPOINTS:
        raise Unprocessable(
            _("A workspace has at most %(most)d webhooks. Delete one.") % {"most": MOST_ENDPOINTS}
        )
    endpoint = Endpoint.objects.create(workspace=workspace, created_by=actor, **facts)
    secret = new_secret()
    endpoint.sealed_secret = _seal(secret, endpoint)
    endpoint.save(update_fields=["sealed_secret"])
    _audit(endpoint, actor, "webhook.created")
    return endpoint, secret


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, actor: User | None, **changes: Any) -> Endpoint:
    """Change name, address or kinds of an endpoint."""
    values = {name: changes.get(name, getattr(endpoint, name)) for name in ("name", "url", "kinds")}
    for name, value in _checked(**values).items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=["name", "url", "kinds"])
    _audit(endpoint, actor, "webhook.changed")
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, actor: User | None, hours: int = OVERLAP_HOURS) -> str:
    """Return a new secret; for some hours messages are signed with the old one too, so that none is refused.

    Raises:
        Unprocessable: If the hours are not from 0 to a week.
    """
    if not 0 <= hours <= MOST_OVERLAP_HOURS:
        message = _("From 0 to %(most)d hours.") % {"most": MOST_OVERLAP_HOURS}
        raise Unprocessable(message, fields={"hours": message})
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = new_secret()
    endpoint.sealed_old_secret = endpoint.sealed_secret if hours else b""
    endpoint.old_until = timezone.now() + timedelta(hours=hours) if hours else None
    endpoint.sealed_secret = _seal(secret, endpoint)
    endpoint.save(update_fields=["sealed_secret", "sealed_old_secret", "old_until"])
    _audit(endpoint, actor, "webhook.secret_changed", hours=hours)
    return secret


@transaction.atomic
def pause_endpoint(*, endpoint: Endpoint, actor: User | None) -> None:
    """Send nothing more until somebody resumes it; what is on its way waits, and what happens meanwhile is not told."""
    if Endpoint.objects.filter(pk=endpoint.pk, paused_at=None).update(
        paused_at=timezone.now(), pause_reason=""
    ):
        _audit(endpoint, actor, "webhook.paused")


@transaction.atomic
def resume_endpoint(*, endpoint: Endpoint, actor: User | None) -> None:
    """Go on, beginning with what waits."""
    fresh = {"paused_at": None, "pause_reason": "", "failures": 0, "failing_since": None}
    if Endpoint.objects.filter(pk=endpoint.pk).exclude(paused_at=None).update(**fresh):
        Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING).update(
            due_at=timezone.now(), attempts=0
        )
        _audit(endpoint, actor, "webhook.resumed")


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint, actor: User | None) -> None:
    """Delete an endpoint with its log."""
    _audit(endpoint, actor, "webhook.deleted")
    endpoint.delete()


@transaction.atomic
def send_test(*, endpoint: Endpoint, actor: User | None) -> Delivery:
    """Return the delivery of a message that says it is a test; it goes out within a second or two."""
    said = record(
        workspace=endpoint.workspace, kind=KINDS["webhook.test"], subject=endpoint,
        data={"endpoint": str(endpoint.pk)}, actor=actor,
    )  # fmt: skip
    return Delivery.objects.create(workspace=endpoint.workspace, endpoint=endpoint, announcement=said)


def send_again(*, delivery: Delivery) -> Delivery:
    """Send a message again, under the id that it had, so that a receiver who has it already can tell."""
    delivery.state, delivery.attempts, delivery.due_at = Delivery.State.WAITING, 0, timezone.now()
    delivery.save(update_fields=["state", "attempts", "due_at"])
    return delivery


def secrets_of(endpoint: Endpoint) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    found = [unseal(bytes(endpoint.sealed_secret), owner=endpoint.pk, purpose=WEBHOOK_SECRET)]
    if endpoint.sealed_old_secret and endpoint.old_until and endpoint.old_until > timezone.now():
        found.append(unseal(bytes(endpoint.sealed_old_secret), owner=endpoint.pk, purpose=WEBHOOK_SECRET))
    return found


def _seal(secret: str, endpoint: Endpoint) -> bytes:
    return seal(secret, owner=endpoint.pk, purpose=WEBHOOK_SECRET)


def _checked(name: str, url: str, kinds: Iterable[str]) -> dict[str, Any]:
    problems: dict[str, str] = {}
    facts: dict[str, Any] = {
        "name": " ".join(name.split()), "url": url.strip(), "kinds": sorted(set(kinds)),
    }  # fmt: skip
    for field, most in (("name", 80), ("url", 400)):
        if not 1 <= len(facts[field]) <= most or not is_storable(facts[field]):
            problems[field] = _("1 to %(most)d characters.") % {"most": most}
    if unknown := set(facts["kinds"]) - set(KINDS) | set(facts["kinds"]) & NOT_CHOSEN:
        problems["kinds"] = _("There is no %(names)s; docs/webhooks.md lists them all.") % {
            "names": ", ".join(sorted(unknown))
        }
    if "url" not in problems:
        try:
            check_address(facts["url"])
        except BadAddress as error:
            problems["url"] = str(error)
    if problems:
        raise Unprocessable(
            _("These do not fit: %(names)s.") % {"names": ", ".join(problems)}, fields=problems
        )
    return facts


def _audit(endpoint: Endpoint, actor: User | None, action: str, **facts: Any) -> None:
    data = {"url": endpoint.url.partition("?")[0], "kinds": endpoint.kinds, **facts}
    record_audit(workspace=endpoint.workspace, actor=actor, action=action, subject=endpoint.name, data=data)
