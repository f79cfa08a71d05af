"""The calendar: what is to be published when, by whose clock, and who may read it from outside."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from brandkiln.core.links import Secret
from brandkiln.core.models import BaseModel
from brandkiln.library.models import Asset
from brandkiln.planning.channels import title_of
from brandkiln.planning.models.campaigns import Campaign
from brandkiln.workspaces.models import Workspace


class CalendarZone(BaseModel):
    """The time zone in which a person reads the calendar; without a person, the workspace's."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="calendar_zones")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    time_zone = models.CharField(max_length=64)
    first_day = models.SmallIntegerField(null=True)
    """The day that weeks begin with, 0 is Monday; without one it is told from language and zone."""

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_calendar_zone_each"),
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(user=None), name="one_calendar_zone_for_all"
            ),
        ]


class Spread(BaseModel):
    """Many pieces that were planned at once, over days and channels, and can be taken off at once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="spreads")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta(BaseModel.Meta):
        pass


class Entry(BaseModel):
    """A planned publication: a piece in a channel at a moment, or a slot that still waits for its piece."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="calendar_entries")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="entries")
    channel = models.CharField(max_length=40)
    at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    """The IANA name of the zone whose clock it keeps when it is moved to another day."""
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="calendar_entries")
    version = models.CharField(max_length=64, blank=True)
    """The SHA-256 of the asset's bytes when it was planned: an edit since then shows as one."""
    title = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who publishes it."""
    published_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When people were told that it is due."""
    sequence = models.PositiveIntegerField(default=0)
    """Grows with every change, as RFC 5545 asks of what calendars subscribe to."""
    changed_at = models.DateTimeField(auto_now=True)
    before = models.JSONField(default=dict)
    """What the last change replaced, for undo."""
    spread = models.ForeignKey(Spread, models.SET_NULL, null=True, related_name="entries")
    """With which others it was planned."""
    used_as = _("entries of the calendar")
    used_where: ClassVar = {"removed_at": None}
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["workspace", "removed_at", "at"], name="entry_on_calendar"),
            models.Index(fields=["campaign", "removed_at", "at"], name="entry_in_campaign"),
        ]

    def __str__(self) -> str:
        return self.title or (str(self.asset) if self.asset else self.note[:60] or title_of(self.channel))

    def use_link(self) -> tuple[str, str]:
        """Return where and on which day a piece goes out, and the page that says so."""
        day = date_format(self.at.astimezone(ZoneInfo(self.time_zone)), pgettext("format", "j M Y"))
        address = reverse("dashboard:calendar_entry", args=[self.workspace.slug, self.pk])
        return f"{title_of(self.channel)}, {day}", address


class Feed(Secret):
    """A secret address at which a calendar program reads the entries of a workspace, or some of them."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="calendar_feeds")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    """It works as long as they are a member."""
    name = models.CharField(max_length=80)
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="feeds")
    channel = models.CharField(max_length=40, blank=True)
    mine = models.BooleanField(default=False)
    """Whether only what its owner publishes is in it."""

    class Meta(BaseModel.Meta):
        pass
