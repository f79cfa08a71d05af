"""How long is kept what was told."""

from datetime import timedelta

from django.utils import timezone

from brandkiln.notifications.models import Announcement, Delivery

KEEP_DAYS = 90
LOG_DAYS = 30
BATCH = 5_000


def forget_old() -> int:
    """Delete announcements of long ago with what hangs on them, and the log of webhooks; return how many rows."""
    now = timezone.now()
    old = Announcement.objects.filter(created_at__lt=now - timedelta(days=KEEP_DAYS))
    log = Delivery.objects.filter(created_at__lt=now - timedelta(days=LOG_DAYS)).exclude(
        state=Delivery.State.WAITING
    )
    count = 0
    for rows in (log, old):
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        count += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return count
