"""Data sets and the files that people bring for them."""

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
    AUDIO = "audio", _("Sounds")


class Consent(models.TextChoices):
    """Why personal data in a data set may be used."""

    UNSAID = "", _("Not said yet")
    NOT_PERSONAL = "not_personal", _("No personal data")
    CONSENT = "consent", _("The people agreed")
    CONTRACT = "contract", _("A contract with them")
    INTEREST = "interest", _("Legitimate interest")


class People(models.TextChoices):
    """Whether people can be recognised in a data set."""

    UNSAID = "", _("Not said yet")
    NONE = "none", _("Nobody can be recognised")
    RELEASED = "released", _("People who signed a release")
    OTHERS = "others", _("Other people")


class Dataset(BaseModel):
    """A named collection. Its content lives in versions; the newest is the one offered first."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="datasets")
    project = models.ForeignKey(Project, models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    description = models.TextField(blank=True, max_length=4000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    # Whether it may be used
    source = models.CharField(max_length=400, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    """An SPDX identifier or a text of one's own."""
    consent = models.CharField(max_length=16, choices=Consent.choices, blank=True, default=Consent.UNSAID)
    people = models.CharField(max_length=16, choices=People.choices, blank=True, default=People.UNSAID)
    expires_on = models.DateField(null=True, blank=True)
    """The last day on which it may be used."""
    do_not_train = models.BooleanField(default=False)
    is_medical = models.BooleanField(default=False)
    """Whether it shows bodies as medicine looks at them: what learns from it is marked "not for diagnosis"."""
    keep_days = models.PositiveIntegerField(null=True, blank=True)
    """After how many days uploaded files and superseded versions go to the trash; null keeps them."""

    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="one_dataset_name_per_project")
        ]

    def __str__(self) -> str:
        return self.name


class Upload(BaseModel):
    """Files that somebody brought together, before and after they were read.

    receiving -> received (every file is whole)
    received -> ingested (a version was made)
    received -> refused (the report says why)
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("Arriving")
        RECEIVED = "received", _("Received")
        INGESTED = "ingested", _("Ingested")
        REFUSED = "refused", _("Refused")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="uploads")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    """What people see: the name of the one file, or how many there are."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    options = models.JSONField(default=dict)
    """How the files are to be read, where that was corrected: encoding, delimiter, header, sheet, columns."""
    base = models.ForeignKey("datasets.DatasetVersion", models.SET_NULL, null=True, related_name="additions")
    """The version whose records stay in front of the new ones; null where the files replace everything."""
    expires_at = models.DateTimeField(null=True, blank=True)
    """When files that stopped arriving are given up; every piece that arrives moves it."""
    report = models.JSONField(default=dict)
    """Why the files were refused, or brought nothing new; what was accepted stands in the version's report."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class UploadFile(BaseModel):
    """One file of an upload, which may arrive in pieces."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=1024)
    """Its path within what was chosen, with / between folders; never a path on this machine."""
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    """Bytes that are safely on the disk: the offset at which sending goes on."""
    sha256 = models.CharField(max_length=64, blank=True)
    """What the sender says the whole file hashes to; checked at the end."""
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, related_name="+")
    """The whole file; null while pieces are missing and once it was removed."""

    used_as = _("uploaded files")

    class Meta(BaseModel.Meta):
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["upload", "position"], name="one_file_per_position")]
