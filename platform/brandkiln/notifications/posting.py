"""The deliveries that are due: taken with a lease, sent, retried over a day, given up. Any number may post at once."""

import logging
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from brandkiln.core.errors import StudioError
from brandkiln.notifications import signing, wire
from brandkiln.notifications.endpoints import secrets_of
from brandkiln.notifications.messages import body_of, message_id
from brandkiln.notifications.models import Attempt, Delivery, Endpoint
from brandkiln.notifications.services import announce
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

logger = logging.getLogger(__name__)
FIRST_WAIT, GROWTH, TRIES = 15.0, 4.0, 8
"""Seven waits of 15 s to 17 h, together 22.8 hours; each is up to a fifth longer or shorter."""
JITTER = 0.2
LEASE_SECONDS = 60.0
"""Longer than a request may take; a delivery whose sender died is taken by another after that."""
GONE = 410
PAUSE_FAILURES, PAUSE_HOURS = 20, 24
"""An endpoint that failed so often in a row, for so long, is paused."""
THREADS, EACH = 8, 2
"""Requests at once, and of them at most to one endpoint, so that one that hangs holds up no other."""


def deliver_due(*, limit: int = 100) -> int:
    """Send what is due, one after the other; return how many were sent or tried."""
    done = 0
    while done < limit and (taken := take()) is not None:
        deliver(taken)
        done += 1
    return done


def take(busy: Counter[UUID] | None = None) -> Delivery | None:
    """Take the delivery that has been due longest, of an endpoint that is not busy, or None."""
    full = [endpoint for endpoint, count in (busy or Counter()).items() if count >= EACH]
    while True:
        due = Delivery.objects.filter(
            state=Delivery.State.WAITING, due_at__lte=timezone.now(), endpoint__paused_at=None
        ).exclude(endpoint__in=full)
        row = due.order_by("due_at").select_related(
            "endpoint", "announcement__workspace", "announcement__actor"
        )
        found = row.first()
        if found is None:
            return None
        lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
        mine = Delivery.objects.filter(
            pk=found.pk, state=found.state, due_at=found.due_at, attempts=found.attempts
        )
        if mine.update(due_at=lease, attempts=F("attempts") + 1):
            found.attempts, found.due_at = found.attempts + 1, lease
            return found


def deliver(delivery: Delivery) -> bool:
    """Send one message and write down what came back; return whether it arrived."""
    endpoint, announcement = delivery.endpoint, delivery.announcement
    body, name, now = body_of(announcement), message_id(announcement), int(time.time())
    headers = {"Content-Type": "application/json", "User-Agent": "Brandkiln-Webhooks/1"}
    try:
        require_feature(announcement.workspace, "webhooks")
        headers |= signing.headers(secrets_of(endpoint), message=name, timestamp=now, body=body)
        answer = wire.send(endpoint.url, body, headers)
    except StudioError as error:
        answer = wire.Answer(None, error.message[:300], "", 0)
    _keep(delivery, answer, name, body)
    return answer.is_good


@transaction.atomic
def _keep(delivery: Delivery, answer: wire.Answer, name: str, body: bytes) -> None:
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=Delivery.State.WAITING)
    Attempt.objects.create(
        workspace=delivery.workspace, delivery=delivery, status=answer.status, error=answer.error,
        milliseconds=answer.milliseconds, response=answer.body[: wire.EXCERPT],
        request=f"webhook-id: {name}\n\n{body.decode()}"[: wire.EXCERPT],
    )  # fmt: skip
    endpoint = Endpoint.objects.filter(pk=delivery.endpoint_id)
    if answer.is_good:
        mine.update(state=Delivery.State.DELIVERED, delivered_at=timezone.now())
        endpoint.exclude(failures=0).update(failures=0, failing_since=None)
        return
    if delivery.attempts >= TRIES or answer.status == GONE:
        mine.update(state=Delivery.State.GIVEN_UP)
    else:
        wait = max(wait_after(delivery.attempts), float(answer.retry_after or 0))
        mine.update(due_at=timezone.now() + timedelta(seconds=wait))
    endpoint.update(failures=F("failures") + 1)
    endpoint.filter(failing_since=None).update(failing_since=timezone.now())
    _pause_if_hopeless(delivery.endpoint_id, answer)


def wait_after(attempts: int) -> float:
    """Return the seconds between an attempt, counted from 1, and the next one."""
    return FIRST_WAIT * GROWTH ** (attempts - 1) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311


def _pause_if_hopeless(key: UUID, answer: wire.Answer) -> None:
    """Pause an endpoint that says it is gone, or that nothing has reached for a day, and tell the admins."""
    long_ago = timezone.now() - timedelta(hours=PAUSE_HOURS)
    hopeless = Endpoint.objects.filter(pk=key, paused_at=None)
    if answer.status == GONE:
        reason = "It answered 410 Gone."
    else:
        hopeless = hopeless.filter(failures__gte=PAUSE_FAILURES, failing_since__lt=long_ago)
        reason = f"Nothing has reached it for {PAUSE_HOURS} hours. Last: {answer.error or answer.status}"
    if not hopeless.update(paused_at=timezone.now(), pause_reason=reason[:300]):
        return
    endpoint = Endpoint.objects.select_related("workspace").get(pk=key)
    record_audit(
        workspace=endpoint.workspace, actor=None, action="webhook.paused", subject=endpoint.name,
        data={"reason": reason},
    )  # fmt: skip
    announce(
        workspace=endpoint.workspace, kind="webhook.paused", subject=endpoint,
        data={"endpoint": str(endpoint.pk), "reason": reason},
        path=reverse("dashboard:webhook_page", args=[endpoint.workspace.slug, endpoint.pk]),
    )  # fmt: skip


def post_until(stopping: threading.Event, *, every: float = 1.0) -> None:
    """Send what is due, several at once, until told to stop. What is under way then is sent again by the next one."""
    busy: Counter[UUID] = Counter()
    lock = threading.Lock()

    def send(taken: Delivery) -> None:
        close_old_connections()
        try:
            deliver(taken)
        except Error as error:
            logger.warning("The end of delivery %s is not written, so it is sent again: %s", taken.pk, error)
        finally:
            connection.close()
            with lock:
                busy[taken.endpoint_id] -= 1

    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        while not stopping.is_set():
            try:
                while sum(busy.values()) < THREADS and (taken := take(busy)) is not None:
                    with lock:
                        busy[taken.endpoint_id] += 1
                    pool.submit(send, taken)
            except Error as error:
                logger.warning("The database did not answer, webhooks wait: %s", error)
                connection.close()
            stopping.wait(0.1 if sum(busy.values()) else every)
        connection.close()
