"""What carries a report on: the schedule that makes its next issue, and the links that show one to strangers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brandkiln.core.links import SecretLink
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models import DatasetVersion
from brandkiln.reports.models.series import Issue, Report
from brandkiln.workspaces.models import Workspace


class Schedule(BaseModel):
    """When the next issue of a report is made, and who gets its digest.

    The row decides: whichever sweeper moves ``due_at`` on submits the job in the same transaction.
    """

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")
        VERSION = "version", _("On each new version of the data")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_schedules")
    report = models.OneToOneField(Report, models.CASCADE, related_name="schedule")
    every = models.CharField(max_length=8, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(default=0)
    """Of a weekly one: 0 is Monday."""
    day = models.PositiveSmallIntegerField(default=1)
    """Of a monthly one; in shorter months it is the last day."""
    at = models.TimeField()
    time_zone = models.CharField(max_length=64, default="UTC")
    recipients = models.JSONField(default=list)
    """E-mail addresses of members who get the digest."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """In whose name the jobs are submitted, and who is told when they fail."""
    due_at = models.DateTimeField(null=True)
    """When the next issue is to be made; null where it waits for data, or is paused or stopped."""
    last_version = models.ForeignKey(DatasetVersion, models.SET_NULL, null=True, related_name="+")
    """The newest version when an issue was last made."""
    last_issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")
    paused_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    stopped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    """Why the last run failed."""

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["paused_at", "stopped_at", "due_at"], name="schedule_due")]

    @property
    def is_on(self) -> bool:
        return self.paused_at is None and self.stopped_at is None


class ShareLink(SecretLink):
    """A secret address at which a stranger may read one issue. The secret and the password are kept as hashes."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_links")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="links")

    class Meta(BaseModel.Meta):
        pass
