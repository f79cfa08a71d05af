"""Data that generators learn from and work on: data sets, uploads, immutable versions, records."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Kind(models.TextChoices):
    """What one record of a data set is."""

    IMAGE = "image", _("Images")
    TEXT = "text", _("Texts")
    TABLE = "table", _("Table")


class Split(models.TextChoices):
    """What a record may be used for."""

    TRAIN = "train", _("Training")
    VALIDATION = "validation", _("Validation")
    TEST = "test", _("Test")


class Dataset(BaseModel):
    """A named collection. Its content lives in versions; the newest is the one offered first."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="datasets")
    project = models.ForeignKey(Project, models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    description = models.TextField(blank=True, max_length=4000)
    licence = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=400, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="one_dataset_name_per_project")
        ]

    def __str__(self) -> str:
        return self.name


class Upload(BaseModel):
    """One file that somebody brought, before and after it was read.

    received -> ingested (a version was made)
    received -> refused (the report says why)
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        INGESTED = "ingested", _("Ingested")
        REFUSED = "refused", _("Refused")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="uploads")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="uploads")
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    report = models.JSONField(default=dict)
    """Why the file was refused, or that it brought nothing new; what was accepted stands in the version's report."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class DatasetVersion(BaseModel):
    """The content of a data set at one moment: never changed, named by the hash of its manifest."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="dataset_versions")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Hash of the manifest: kind, columns, and every record's content, label and split."""
    split_seed = models.PositiveIntegerField(default=0)
    record_count = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    """Records by split, and by label: ``{"split": {...}, "label": {...}}``."""
    labels = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    """Columns of a table: ``[{"name", "type"}]``."""
    report = models.JSONField(default=dict)
    """What was accepted, what was refused and why, by row and file."""
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="versions")

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="one_version_number")]

    def __str__(self) -> str:
        return f"{self.dataset.name} v{self.number}"


class Record(models.Model):
    """One example of a version: an image, a text or a table row."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="records")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255, blank=True)
    split = models.CharField(max_length=10, choices=Split.choices)
    label = models.CharField(max_length=120, blank=True)
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="records")
    thumbnail = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """A smaller picture for previews; null where the image itself is small enough."""
    text = models.TextField(blank=True)
    fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_record_per_position")
        ]
        indexes = [models.Index(fields=["version", "label"]), models.Index(fields=["version", "split"])]
