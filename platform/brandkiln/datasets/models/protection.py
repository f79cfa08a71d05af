"""Personal data in versions, and records that were erased."""

from django.conf import settings
from django.db import models

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models.version import DatasetVersion
from brandkiln.workspaces.models import Workspace


class PersonalDataScan(BaseModel):
    """What a scan of one version found, and what people decided about it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    version = models.OneToOneField(DatasetVersion, models.CASCADE, related_name="personal_data")
    summary = models.JSONField(default=dict)
    """Counts and masked examples, by column and kind of data."""
    spans = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """Where each finding stands (JSON lines of position, column, start, end, kind); never the data itself."""
    decisions = models.JSONField(default=list)
    """``[{"column", "kind", "action": "allow" | "mask" | "pseudonymise" | "block"}]``"""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    used_as = ""  # what was found in a version


class Erasure(BaseModel):
    """A request to forget one record, and what it reached. It keeps the hash of the content, never the content."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="erasures")
    content_sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=400, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reached = models.JSONField(default=dict)
    """Counts of the records, versions, checkpoints and assets that it reached."""
    finished_at = models.DateTimeField(null=True)

    class Meta(BaseModel.Meta):
        indexes = [models.Index(fields=["workspace", "content_sha256"], name="erased_content")]
