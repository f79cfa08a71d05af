"""What goes with issues when they or their data are deleted, and what is said of those whose data forgot a record."""

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from brandkiln.artifacts.removal import release
from brandkiln.datasets.models import Erasure
from brandkiln.reports.models import Issue, ShareLink


@receiver(pre_delete, sender=Issue)
def release_document(instance: Issue, **_: Any) -> None:
    """Note that the document may have lost its last reference; a cascade asks no service."""
    release([instance.document_id])


@receiver(post_save, sender=Erasure)
def mark_issues(instance: Erasure, **_: Any) -> None:
    """Mark the issues that were made of a record which was erased, and close their links to strangers.

    It runs in the transaction that ends the erasure. Their files stay until somebody deletes them.
    """
    if instance.finished_at is None:
        return
    versions = [UUID(key) for key in instance.reached.get("versions", ())]
    issues = Issue.objects.filter(
        workspace=instance.workspace, dataset_version__in=versions, created_at__lt=instance.finished_at
    )
    marked = list(issues.filter(erased_at=None).values_list("pk", flat=True))
    Issue.objects.filter(pk__in=marked).update(erased_at=instance.finished_at)
    ShareLink.objects.filter(issue__in=marked, revoked_at=None).update(revoked_at=timezone.now())
