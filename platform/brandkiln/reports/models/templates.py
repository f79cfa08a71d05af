"""A team's own templates of reports. The ready ones are code."""

from django.conf import settings
from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.workspaces.models import Workspace


class Template(BaseModel):
    """A workspace's own template. What it says lives in versions; the newest is the one that is offered."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_templates")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=50)
    summary = models.CharField(max_length=300, blank=True)
    copied_from = models.CharField(max_length=80, blank=True)
    """The ready template that it began as, by name; empty where it began with nothing, or as another of its kind."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    """Since when it is no longer offered; what was made with it stays as it is."""

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="one_template_slug_per_workspace")
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(BaseModel):
    """What a template said at one time. It is never changed: saving makes the next."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    """A ``ReportTemplate`` of the report generator, as JSON."""
    note = models.CharField(max_length=200, blank=True)
    """What was changed, in the words of the person who saved it."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_template_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.template.name} v{self.number}"
