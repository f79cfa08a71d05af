"""Calendars that other programs subscribe to: a secret address for each, and its entries as RFC 5545 writes them."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.core.links import gone, new_secret, open_secret
from brandkiln.core.models import User
from brandkiln.planning.channels import check_channels, title_of
from brandkiln.planning.entries import entries_with_removed
from brandkiln.planning.models import Campaign, Entry, Feed
from brandkiln.workspaces.members import is_active_member
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

PAST = timedelta(days=180)
REMOVED = timedelta(days=30)
"""How long an entry that was taken off is still said to be cancelled."""
MOST = 5_000
LENGTH = timedelta(minutes=30)
REFRESH = timedelta(minutes=30)


@transaction.atomic
def create_feed(
    *,
    workspace: Workspace,
    owner: User,
    name: str,
    campaign: Campaign | None = None,
    channel: str = "",
    mine: bool = False,
) -> tuple[Feed, str]:
    """Make an address for a calendar program; return it with its secret, which is kept nowhere.

    Raises:
        Unprocessable: If it has no name, or the channel is unknown.
        NotFound: If the campaign belongs to another workspace.
    """
    name = " ".join(name.split())[:80]
    if not name:
        raise Unprocessable(_("A calendar needs a name."), fields={"name": _("Give it a name.")})
    if campaign and campaign.workspace_id != workspace.pk:
        raise NotFound(_("There is no such campaign in this workspace."))
    secret, columns = new_secret(owner)
    feed = Feed.objects.create(
        workspace=workspace, owner=owner, name=name, campaign=campaign, mine=mine,
        channel=check_channels([channel])[0] if channel else "", **columns,
    )  # fmt: skip
    record_audit(
        workspace=workspace, actor=owner, action="feed.created", subject=name, data={"feed": str(feed.pk)}
    )
    return feed, secret


def open_feed(secret: str) -> Feed:
    """Return the feed that a secret opens, and count the request.

    Raises:
        NotFound: If it is unknown or withdrawn, or its owner is no member any more.
        TooMany: If it was asked for too often within a minute.
    """
    feed = open_secret(Feed.objects.select_related("workspace", "owner", "campaign"), secret)
    if not is_active_member(feed.owner, feed.workspace_id):
        raise gone()
    return feed


def entries_in(feed: Feed) -> QuerySet[Entry]:
    """Return what stands in a feed, cancelled entries included."""
    now = timezone.now()
    rows = entries_with_removed().filter(workspace=feed.workspace, at__gte=now - PAST)
    rows = rows.filter(Q(removed_at=None) | Q(removed_at__gte=now - REMOVED))
    if feed.campaign_id:
        rows = rows.filter(campaign=feed.campaign_id)
    if feed.channel:
        rows = rows.filter(channel=feed.channel)
    if feed.mine:
        rows = rows.filter(person=feed.owner)
    return rows.order_by("at", "id")[:MOST]


def calendar_of(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """Return the calendar as a file of text/calendar; the same entries give the same bytes.

    Moments are in UTC, which needs no definition of time zones and is shown by every program in the reader's own.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Brandkiln//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{feed.workspace.name} · {feed.name}")
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", refresh)
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(event_of(entry, feed.workspace))
    body: bytes = calendar.to_ical()
    return body


def event_of(entry: Entry, workspace: Workspace) -> Event:
    """Return an entry as an event; its UID stays the same and its SEQUENCE grows with every change."""
    event = Event()
    title = entry.title or (str(entry.asset) if entry.asset else _("Open slot"))
    address = f"{settings.PUBLIC_URL.rstrip('/')}/w/{workspace.slug}/calendar/{entry.pk}/"
    lines = [entry.note, entry.campaign.name if entry.campaign else "", str(entry.person or ""), address]
    event.add("uid", f"{entry.pk}@brandkiln")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("created", entry.created_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.at)
    event.add("duration", LENGTH)
    event.add("summary", f"{title_of(entry.channel)}: {title}")
    event.add("description", "\n".join(line for line in lines if line))
    event.add("url", address)
    event.add("categories", [title_of(entry.channel)])
    open_slot = entry.asset_id is None and not entry.removed_at
    event.add("status", "CANCELLED" if entry.removed_at else "TENTATIVE" if open_slot else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def tag_of(body: bytes) -> str:
    """Return the ETag of a calendar."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
