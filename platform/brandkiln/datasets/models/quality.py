"""What was found out about a version after it was made. All of it can be computed again."""

from django.db import models

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models.version import DatasetVersion
from brandkiln.workspaces.models import Workspace


class QualityReport(BaseModel):
    """The figures of a check of one version; the records that it names are Findings."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    version = models.OneToOneField(DatasetVersion, models.CASCADE, related_name="quality")
    summary = models.JSONField(default=dict)
    features = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """The nearest neighbours of each record (JSON), where a worker has compared them: datasets/checks/features.py."""
    vectors = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """The feature vectors that they were found by (safetensors)."""
    comparison = models.JSONField(default=dict)
    """What was compared by which features: {"extractor", "records", "neighbours", "outliers"}; empty before."""

    used_as = ""  # what was computed of a version


class Finding(models.Model):
    """One record that a check points at, or one member of a group that belongs together."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=32)
    """exact_duplicate, near_duplicate, blurred, blank, tiny, outlier, split_leak ... (datasets/checks/codes.py)"""
    position = models.PositiveIntegerField()
    """The record's position in the version."""
    group = models.PositiveIntegerField(default=0)
    """Members of one group of duplicates share it, counted from 1; 0 is no group."""
    score = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code", "group", "position"], name="one_finding")
        ]


class Annotation(models.Model):
    """What people say of a record before a version is made of it: a label, a caption."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="annotations")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=120, null=True)  # noqa: DJ001  null is "as it was", "" is "no label"
    caption = models.TextField(null=True, max_length=4000)  # noqa: DJ001  likewise
    own = models.CharField(max_length=120, blank=True, default="")
    """The label that the record came with, kept here too so that counting labels reads no records."""
    revision = models.PositiveIntegerField(default=1)
    """Grows with every change; a writer names the one that it saw, so that nobody overwrites another unseen."""
    by = models.ForeignKey("core.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_annotation_per_record")
        ]
        indexes = [models.Index(fields=["version", "at"], name="annotation_news")]
