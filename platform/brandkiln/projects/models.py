"""A project, and the brand that it speaks for."""

from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.projects.guide import Guide
from brandkiln.workspaces.models import Workspace


class Project(BaseModel):
    """A body of work inside a workspace: its data sets, checkpoints, jobs and assets."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=50)
    summary = models.TextField(blank=True, max_length=2000)

    class Meta(BaseModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "slug"], name="one_slug_per_workspace")]

    def __str__(self) -> str:
        return self.name


class BrandKit(BaseModel):
    """How a project's pieces should sound and look."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="brand_kit")
    voice = models.TextField(blank=True, max_length=4000)
    audience = models.TextField(blank=True, max_length=2000)
    required_terms = models.JSONField(default=list, blank=True)
    banned_terms = models.JSONField(default=list, blank=True)
    colours = models.JSONField(default=list, blank=True)
    """Colours as ``#rrggbb``, the accent first."""
    fonts = models.JSONField(default=list, blank=True)
    guide = models.JSONField(default=dict, blank=True)
    """The rules that a program can test; see `guide.Guide`."""

    @property
    def rules(self) -> Guide:
        """The guide, read."""
        return Guide.model_validate(self.guide)
