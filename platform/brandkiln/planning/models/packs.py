"""Export packs: the pieces of a campaign as files that channels take."""

from django.conf import settings
from django.db import models

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.jobs.models import Job
from brandkiln.planning.models.campaigns import Campaign
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Pack(BaseModel):
    """A request for the files of some pieces, a ZIP for each channel; a job makes them."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="packs")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="packs")
    name = models.CharField(max_length=120)
    channels = models.JSONField()
    pieces = models.JSONField()
    """Each piece's asset with the SHA-256 of its bytes when it was asked for, and the channels that it goes to."""
    fit = models.CharField(max_length=8)
    override_reason = models.CharField(max_length=400, blank=True)
    """Why an admin let pieces out that nobody approved."""
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="packs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    """When its files are deleted."""

    def __str__(self) -> str:
        return self.name


class PackFile(BaseModel):
    """The ZIP of one channel."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="pack_files")
    pack = models.ForeignKey(Pack, models.CASCADE, related_name="files")
    channel = models.CharField(max_length=40)
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="+")
    entries = models.PositiveIntegerField()
    """Files for the channel in it, the manifest and receipts not counted."""

    used_as = ""  # a ZIP

    class Meta(BaseModel.Meta):
        ordering = ["channel"]
        constraints = [models.UniqueConstraint(fields=["pack", "channel"], name="one_pack_file_per_channel")]
