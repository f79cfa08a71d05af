"""The library: samples that were kept."""

from django.conf import settings
from django.db import models

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Asset(BaseModel):
    """A kept sample, with the receipt that says where it came from."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="assets")
    project = models.ForeignKey(Project, models.CASCADE, related_name="assets")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="assets")
    attempt = models.PositiveSmallIntegerField(default=0)
    """The attempt of the job that made it; a repeated attempt replaces the pieces of the one before."""
    position = models.PositiveIntegerField(default=0)
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="assets")
    media_type = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    label = models.CharField(max_length=120, blank=True)
    seed = models.BigIntegerField(null=True)
    generator = models.CharField(max_length=80, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    rating = models.PositiveSmallIntegerField(default=0)
    """Stars from 1 to 5; 0 is not rated."""
    tags = models.JSONField(default=list)
    receipt = models.JSONField()
    trashed_at = models.DateTimeField(null=True, blank=True)

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_asset_per_position")]
        indexes = [models.Index(fields=["workspace", "trashed_at", "-created_at"], name="asset_of_workspace")]

    def __str__(self) -> str:
        return self.title or f"{self.generator} {self.id}"

    @property
    def is_held(self) -> bool:
        """Whether it is held back now."""
        hold = getattr(self, "hold", None)
        return hold is not None and hold.released_at is None


class Hold(BaseModel):
    """That an asset is too near to what its generator learned from, and who let it go all the same."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="holds")
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="hold")
    facts = models.JSONField(default=dict)
    """What the guard found: distances, limits and the position of the nearest training record."""
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class Revision(BaseModel):
    """A text as it was before a person changed it; the asset itself holds the newest wording."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="revisions")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    """0 is what the generator wrote."""
    text = models.TextField()
    parts = models.JSONField(default=list)
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="revisions")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who changed it into the next one."""
    note = models.CharField(max_length=200, blank=True)
    """What the change was for."""

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_revision_per_number")]
