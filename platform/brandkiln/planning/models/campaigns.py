"""Campaigns: what a team wants to say, when, where, and the pieces that say it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from brandkiln.bulk.models import Bulk
from brandkiln.core.models import BaseModel
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Campaign(BaseModel):
    """Pieces of one project that go out together: with a brief, a goal, channels, people and days."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaigns")
    project = models.ForeignKey(Project, models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=50)
    """How its files are named."""
    brief = models.TextField(blank=True, max_length=8000)
    goal = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    """The last day."""
    channels = models.JSONField(default=list)
    """Names of channels, the first one where a piece goes that fits several; see `planning.channels`."""
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)
    """The days before which its people were told that it begins or ends."""

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="one_campaign_slug_per_workspace")
        ]
        indexes = [
            models.Index(fields=["workspace", "archived_at", "-created_at"], name="campaign_of_workspace")
        ]

    def __str__(self) -> str:
        return self.name


class Piece(BaseModel):
    """That an asset belongs to a campaign."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaign_pieces")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="pieces")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="campaign_pieces")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used_as = _("campaigns")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "asset"], name="one_piece_per_asset")]

    def use_link(self) -> tuple[str, str]:
        """Return the campaign's name and page."""
        address = reverse("dashboard:campaign_page", args=[self.workspace.slug, self.campaign_id])
        return self.campaign.name, address


class CampaignJob(BaseModel):
    """That what a job makes belongs to a campaign, from the moment that it is made."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaign_jobs")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="jobs")
    job = models.OneToOneField(Job, models.CASCADE, related_name="campaign_job")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class CampaignBulk(BaseModel):
    """That what a bulk makes belongs to a campaign."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="campaign_bulks")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="bulks")
    bulk = models.OneToOneField(Bulk, models.CASCADE, related_name="campaign_bulk")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
