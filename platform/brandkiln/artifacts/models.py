"""Bytes, named by what they are."""

from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.workspaces.models import Workspace


class Artifact(BaseModel):
    """Immutable bytes of one workspace, named by their SHA-256. The row is written after the bytes."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="artifacts")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sha256", "media_type"], name="one_row_per_content")
        ]


class Removal(BaseModel):
    """Content that lost what referred to it and is to be deleted; the row stays until the bytes are gone."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta(BaseModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sha256"], name="one_removal_per_content")
        ]


class Arrival(BaseModel):
    """Contents that enter the store before a row refers to them; it goes with the transaction that writes the rows."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    digests = models.BinaryField()
    """Their SHA-256, 32 bytes each."""
