"""What the rules of a brand said of a piece, what people overruled, and the brand's logo."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brandkiln.artifacts.models import Artifact
from brandkiln.core.models import BaseModel
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace


class Verdict(BaseModel):
    """What the rules said of an asset, for one state of the brand kit and of the asset's content."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="verdicts")
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="verdict")
    stamp = models.CharField(max_length=64)
    """A hash of what it was judged by: the kit, the content, the day and the rules' own version."""
    tested = models.PositiveSmallIntegerField()
    passed = models.PositiveSmallIntegerField()
    """Those that were overruled count as passed."""
    findings = models.JSONField(default=list)
    """A row for each rule that was tested: its name and what it found."""


class Overrule(BaseModel):
    """That a rule does not hold for an asset: who decided it and why."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="overrules")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="overrules")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=400)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "rule"], condition=models.Q(undone_at=None), name="one_overrule_per_rule"
            )
        ]


class Logo(BaseModel):
    """The logo of a project's brand."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="logos")
    project = models.OneToOneField(Project, models.CASCADE, related_name="logo")
    artifact = models.ForeignKey(Artifact, models.PROTECT, related_name="logos")
    used_as = _("logos")
