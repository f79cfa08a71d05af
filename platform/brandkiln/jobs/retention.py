"""What happens to data by itself with time: files and old versions go, the trash is emptied, bytes are deleted."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from brandkiln.artifacts.arrivals import release_overdue
from brandkiln.artifacts.removal import release, remove_released
from brandkiln.datasets.caches import prune_caches
from brandkiln.datasets.gathering import drop_abandoned
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload, UploadFile
from brandkiln.jobs.checkpoint_trash import empty_checkpoint_trash
from brandkiln.jobs.crew import forget_workers
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.jobs.trash import InUse, empty_trash, trash_version
from brandkiln.notifications.keeping import forget_old
from brandkiln.workspaces.services import record_audit

PUTTING = (Job.Kind.INGEST, Job.Kind.IMPORT, Job.Kind.DERIVE, Job.Kind.ERASE, Job.Kind.PACK)
"""Kinds of jobs that put content long before they write the rows that refer to it."""

SERVED = (Job.Kind.CHAT, Job.Kind.EMBED)
"""Kinds of jobs that are requests of programs at /v1."""


@dataclass
class Kept:
    """What one round did."""

    abandoned: int = 0
    files: int = 0
    versions: int = 0
    deleted: int = 0
    requests: int = 0
    told: int = 0
    size: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


def keep_house() -> Kept:
    """Give up abandoned uploads, delete what is over its days, in the trash or released, and prune the caches here."""
    kept = Kept(abandoned=drop_abandoned())
    for dataset in Dataset.objects.exclude(keep_days=None).filter(trashed_at=None):
        kept.files += drop_old_files(dataset)
        kept.versions += trash_old_versions(dataset)
    kept.deleted = len(empty_trash()) + len(empty_checkpoint_trash())
    kept.requests = drop_served_requests()
    kept.told = forget_old() + forget_workers()
    kept.size = delete_bytes()
    prune_caches()
    return kept


def drop_served_requests() -> int:
    """Delete the requests of /v1 that ended so long ago, with what was asked and answered; return how many."""
    if not settings.SERVED_KEEP_DAYS:
        return 0
    before = timezone.now() - timedelta(days=settings.SERVED_KEEP_DAYS)
    rows = Job.objects.filter(kind__in=SERVED, finished_at__lt=before)
    count = rows.count()
    rows.delete()
    return count


def delete_bytes() -> int:
    """Delete the bytes that nothing names any more and return how many; a workspace that brings data in waits."""
    putting = Job.objects.filter(kind__in=PUTTING, state=State.RUNNING)
    busy = set(putting.values_list("workspace_id", flat=True))
    release_overdue(busy=busy)
    return remove_released(busy=busy).size


@transaction.atomic
def drop_old_files(dataset: Dataset) -> int:
    """Release the files of the data set's uploads that were kept for as long as it says; return how many."""
    before = timezone.now() - timedelta(days=dataset.keep_days or 0)
    done = [Upload.State.INGESTED, Upload.State.REFUSED]
    reading = Job.objects.filter(upload=OuterRef("upload"), state__in=Job.OPEN)
    files = UploadFile.objects.filter(
        ~Exists(reading), upload__dataset=dataset, upload__state__in=done, created_at__lt=before
    ).exclude(artifact=None)
    ids = list(files.values_list("pk", "artifact_id"))
    if ids:
        UploadFile.objects.filter(pk__in=[pk for pk, _artifact in ids]).update(artifact=None)
        release(artifact for _pk, artifact in ids)
        record_audit(
            workspace=dataset.workspace,
            actor=None,
            action="upload.files_deleted",
            subject=dataset.name,
            data={"files": len(ids), "keep_days": dataset.keep_days},
        )
    return len(ids)


def trash_old_versions(dataset: Dataset) -> int:
    """Move versions to the trash that were superseded for as long as the data set says; return how many.

    A version counts as old from the day on which the next one was made.
    """
    before = timezone.now() - timedelta(days=dataset.keep_days or 0)
    versions = list(DatasetVersion.objects.filter(dataset=dataset, trashed_at=None).order_by("number"))
    moved = 0
    for version, following in pairwise(versions):
        if following.created_at < before:
            try:
                trash_version(version=version, actor=None)
            except InUse:
                continue
            moved += 1
    return moved
