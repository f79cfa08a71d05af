"""Telling people of what is due: publications within the hour, campaigns that begin or end tomorrow."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from brandkiln.notifications.services import announce
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.zones import zone

BATCH = 100
SOON = timedelta(hours=1)
LATE = timedelta(hours=12)
"""What was due longer ago is not told any more: nothing ran then."""


def tell_due() -> int:
    """Tell of what is due, each once, whoever else is about to; return how often."""
    now = timezone.now()
    entries = Entry.objects.filter(
        removed_at=None, published_at=None, told_at=None, at__lte=now + SOON, at__gte=now - LATE
    )
    told = sum(_tell_entry(key) for key in entries.values_list("pk", flat=True)[:BATCH])
    tomorrow = timezone.localdate() + timedelta(days=1)
    running = Campaign.objects.filter(archived_at=None)
    for what, column in (("begins", "starts_on"), ("ends", "ends_on")):
        keys = running.filter(**{column: tomorrow}).values_list("pk", flat=True)[:BATCH]
        told += sum(_tell_campaign(key, what, tomorrow) for key in keys)
    return told


@transaction.atomic
def _tell_entry(key: UUID) -> int:
    if not Entry.objects.filter(pk=key, told_at=None).update(told_at=Now()):
        return 0
    entry = Entry.objects.select_related("workspace", "campaign", "asset", "person", "created_by").get(pk=key)
    at = entry.at.astimezone(zone(entry.time_zone))  # told by the clock that it was planned by
    announce(
        workspace=entry.workspace,
        kind="calendar.due",
        subject=entry,
        data={"entry": str(entry.pk), "at": at.isoformat(), "channel": entry.channel},
        path=reverse("dashboard:calendar_entry", args=[entry.workspace.slug, entry.pk]),
        people=[entry.person or entry.created_by],
    )
    return 1


@transaction.atomic
def _tell_campaign(key: UUID, what: str, day: date) -> int:
    campaign = Campaign.objects.select_for_update().get(pk=key)
    mark = f"{what} {day}"
    if mark in campaign.told:
        return 0
    campaign.told = [*campaign.told, mark][-10:]
    campaign.save(update_fields=["told"])
    announce(
        workspace=campaign.workspace,
        kind="campaign.due",
        subject=campaign,
        data={"campaign": str(campaign.pk), "what": what, "date": day.isoformat()},
        path=reverse("dashboard:campaign_page", args=[campaign.workspace.slug, campaign.pk]),
        people=campaign.people.all(),
    )
    return 1
