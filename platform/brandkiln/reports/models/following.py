"""What carries a report on: the schedule that makes its next issue, and the links that show one to strangers."""

from django.db import models

from brandkiln.core.links import SecretLink
from brandkiln.core.models import BaseModel
from brandkiln.jobs.recurring import Recurring
from brandkiln.reports.models.series import Issue, Report
from brandkiln.workspaces.models import Workspace


class Schedule(Recurring):
    """When the next issue of a report is made, and who gets its digest."""

    SOURCE = "report__dataset"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_schedules")
    report = models.OneToOneField(Report, models.CASCADE, related_name="schedule")
    recipients = models.JSONField(default=list)
    """E-mail addresses of members who get the digest."""
    last_issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")

    class Meta(Recurring.Meta):
        indexes = [models.Index(fields=["paused_at", "stopped_at", "due_at"], name="schedule_due")]


class ShareLink(SecretLink):
    """A secret address at which a stranger may read one issue. The secret and the password are kept as hashes."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_links")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="links")

    class Meta(BaseModel.Meta):
        pass
