"""The labels that people choose from while they label a version."""

from django.db import models

from brandkiln.core.models import BaseModel
from brandkiln.datasets.models.version import DatasetVersion


class LabelSet(BaseModel):
    """The labels of one version as its labellers see them. Without a row, they are those of its records."""

    version = models.OneToOneField(DatasetVersion, models.CASCADE, related_name="label_set")
    labels = models.JSONField(default=list)
    """``[{"name", "key"}]`` in the order in which they are offered; a key is a digit or a letter, or "" for none."""
    renamed = models.JSONField(default=dict)
    """Labels of the version's records that go by another name now, such as ``{"tshirt": "T-shirt"}``."""
