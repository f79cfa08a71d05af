"""Immutable versions and their records."""

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.datasets.models.collection import Dataset, Upload
from brandkiln.workspaces.models import Workspace


class Split(models.TextChoices):
    """What a record may be used for."""

    TRAIN = "train", _("Training")
    VALIDATION = "validation", _("Validation")
    TEST = "test", _("Test")


class DatasetVersion(BaseModel):
    """The content of a data set at one moment: never changed, named by the hash of its manifest."""

    class Origin(models.TextChoices):
        UPLOAD = "upload", _("Files")
        RECIPE = "recipe", _("Cleaning")
        LABELS = "labels", _("Labelling")
        ERASURE = "erasure", _("Erasure")
        GENERATED = "generated", _("Generated pictures")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="dataset_versions")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Hash of the manifest: kind, columns, and every record's content, label and split."""
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.UPLOAD)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    """The version that it was made from; null where it comes from files alone."""
    recipe = models.JSONField(default=list)
    """The steps that made it from its parent, in order, each with its params and what it did."""
    split_seed = models.PositiveIntegerField(default=0)
    split_rule = models.JSONField(default=dict)
    """How records were dealt to training, validation and test: shares, and what stays together."""
    record_count = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    """Records by split, and by label: ``{"split": {...}, "label": {...}}``."""
    labels = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    """Columns of a table: ``[{"name", "type"}]``."""
    report = models.JSONField(default=dict)
    """What was accepted, what was refused and why, by row and file."""
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="versions")
    trashed_at = models.DateTimeField(null=True, blank=True)

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="one_version_number")]

    def __str__(self) -> str:
        return f"{self.dataset.name} v{self.number}"


class Record(models.Model):
    """One example of a version: an image, a text, a table row or a sound."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(
        DatasetVersion, models.CASCADE, related_name="records", db_index=False, db_constraint=False
    )
    """Records come with their version in one transaction and go before it, so the database need not look it up for
    each of them: that took as long as three indexes."""
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64)
    """Hash of the content: an image's pixels, a sound's bytes, or text and fields. Label and split are not content."""
    split = models.CharField(max_length=10, choices=Split.choices)
    label = models.CharField(max_length=120, blank=True)
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="records", db_index=False)
    thumbnail = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+", db_index=False)
    """A smaller picture for previews; null where the image itself is small enough."""
    text = models.TextField(blank=True)
    """The text, or the caption of an image or a sound."""
    fields = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    """What was measured while it was read, for checks and filters; the keys stand in datasets/checks/facts.py."""

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_record_per_position")
        ]
        indexes = [
            models.Index(fields=["version", "label", "position"], name="record_label"),
            models.Index(fields=["version", "split", "position"], name="record_split"),
            models.Index(
                fields=["version", "split", "label", "position"],
                name="record_split_label",
                condition=~Q(label=""),
            ),
            HashIndex(fields=["sha256"], name="record_content"),  # on SQLite an ordinary one
            # Most records have no file or no thumbnail; the constraint above finds those of a version.
            models.Index(fields=["artifact"], name="record_artifact", condition=Q(artifact__isnull=False)),
            models.Index(fields=["thumbnail"], name="record_thumbnail", condition=Q(thumbnail__isnull=False)),
        ]
