"""What goes with an issue when it is deleted, as it is with its data set: the bytes of its document."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from brandkiln.artifacts.removal import release
from brandkiln.reports.models import Issue


@receiver(pre_delete, sender=Issue)
def release_document(instance: Issue, **_: Any) -> None:
    """Note that the document may have lost its last reference; a cascade asks no service."""
    release([instance.document_id])
