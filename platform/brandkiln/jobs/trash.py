"""Writes about the trash: data sets and versions go there, come back, or are deleted for good with their bytes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Conflict
from brandkiln.core.models import User
from brandkiln.datasets.caches import forget_versions
from brandkiln.datasets.models import (
    Dataset,
    DatasetVersion,
    PersonalDataScan,
    QualityReport,
    Record,
    UploadFile,
)
from brandkiln.jobs.forgetting import forget_previews
from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit


class InUse(Conflict):
    """A job works on it."""

    code = "in_use"


def open_jobs_on(row: Dataset | DatasetVersion) -> "QuerySet[Job]":
    """Return the queued and running jobs that work on the data set or the version."""
    if isinstance(row, Dataset):
        about = Q(dataset_version__dataset=row) | Q(upload__dataset=row)
    else:
        about = Q(dataset_version=row)
    return Job.objects.filter(about, state__in=Job.OPEN)


@transaction.atomic
def trash_dataset(*, dataset: Dataset, actor: User | None) -> Dataset:
    """Move a data set with all its versions to the trash, from where it can be restored.

    Raises:
        InUse: If a job works on it.
    """
    refuse_in_use(open_jobs_on(dataset), dataset.name)
    if Dataset.objects.filter(pk=dataset.pk, trashed_at=None).update(
        trashed_at=timezone.now(), trashed_by=actor
    ):
        record_audit(workspace=dataset.workspace, actor=actor, action="dataset.trashed", subject=dataset.name)
    dataset.refresh_from_db()
    return dataset


@transaction.atomic
def restore_dataset(*, dataset: Dataset, actor: User | None) -> Dataset:
    """Take a data set out of the trash."""
    if (
        Dataset.objects.filter(pk=dataset.pk)
        .exclude(trashed_at=None)
        .update(trashed_at=None, trashed_by=None)
    ):
        record_audit(
            workspace=dataset.workspace, actor=actor, action="dataset.restored", subject=dataset.name
        )
    dataset.refresh_from_db()
    return dataset


@transaction.atomic
def trash_version(*, version: DatasetVersion, actor: User | None) -> DatasetVersion:
    """Move one version to the trash, from where it can be restored.

    Raises:
        InUse: If a job works on it.
    """
    refuse_in_use(open_jobs_on(version), str(version))
    if DatasetVersion.objects.filter(pk=version.pk, trashed_at=None).update(trashed_at=timezone.now()):
        record_audit(
            workspace=version.workspace, actor=actor, action="dataset_version.trashed", subject=version
        )
    version.refresh_from_db()
    return version


@transaction.atomic
def restore_version(*, version: DatasetVersion, actor: User | None) -> DatasetVersion:
    """Take a version out of the trash."""
    if DatasetVersion.objects.filter(pk=version.pk).exclude(trashed_at=None).update(trashed_at=None):
        record_audit(
            workspace=version.workspace, actor=actor, action="dataset_version.restored", subject=version
        )
    version.refresh_from_db()
    return version


def empty_trash(
    *, workspace: Workspace | None = None, actor: User | None = None, days: int | None = None
) -> list[str]:
    """Delete for good what has lain in the trash for so many days; return the names of what went.

    What a job still works on stays until the next time. The bytes are deleted by ``artifacts.removal`` afterwards.

    Args:
        workspace: The only workspace whose trash is emptied; by default all.
        days: By default BRANDKILN_TRASH_DAYS; 0 is everything.
    """
    kept = timezone.now() - timedelta(days=settings.TRASH_DAYS if days is None else days)
    gone: list[str] = []
    for kind in (Dataset, DatasetVersion):
        rows: QuerySet[Dataset] | QuerySet[DatasetVersion] = kind._default_manager.filter(
            trashed_at__lte=kept
        )
        if workspace:
            rows = rows.filter(workspace=workspace)
        for key in list(rows.order_by("trashed_at").values_list("pk", flat=True)):
            gone.extend(_delete(kind, key, actor))
    return gone


def refuse_in_use(jobs: "QuerySet[Job]", name: str) -> None:
    """Raise InUse if there is one of these jobs, which work on what has this name."""
    if job := jobs.first():
        raise InUse(
            _('A job works on %(name)s: "%(kind)s". Wait until it ends, or cancel it, then try again.')
            % {"name": name, "kind": job.get_kind_display()}
        )


@transaction.atomic
def _delete(kind: type[Dataset] | type[DatasetVersion], key: UUID, actor: User | None) -> list[str]:
    row = kind._default_manager.select_for_update().filter(pk=key).exclude(trashed_at=None).first()
    if row is None or open_jobs_on(row).exists():
        return []  # restored, deleted by somebody else, or in use
    versions = DatasetVersion.objects.filter(Q(dataset=row) if isinstance(row, Dataset) else Q(pk=row.pk))
    hashes = list(versions.values_list("sha256", flat=True))
    name = str(row)
    release(_artifacts_of(row, versions))
    record_audit(
        workspace=row.workspace,
        actor=actor,
        action="dataset.deleted" if isinstance(row, Dataset) else "dataset_version.deleted",
        subject=name,
        data={"sha256": hashes},
    )
    forget_previews(versions.values_list("pk", flat=True))
    row.delete()
    transaction.on_commit(lambda: _forget(hashes))
    return [name]


def _forget(hashes: list[str]) -> None:
    still = set(DatasetVersion.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    forget_versions(set(hashes) - still)


def _artifacts_of(
    row: Dataset | DatasetVersion, versions: "QuerySet[DatasetVersion]"
) -> Iterator[UUID | None]:
    """Yield the artifacts that rows refer to which go with the data set or version."""
    sources: list[tuple[QuerySet[Record] | QuerySet[QualityReport] | QuerySet[PersonalDataScan], str]] = [
        (Record.objects.filter(version__in=versions), "artifact_id"),
        (Record.objects.filter(version__in=versions), "thumbnail_id"),
        (QualityReport.objects.filter(version__in=versions), "features_id"),
        (QualityReport.objects.filter(version__in=versions), "vectors_id"),
        (PersonalDataScan.objects.filter(version__in=versions), "spans_id"),
    ]
    for rows, name in sources:
        ids = rows.exclude(**{name: None}).order_by().values_list(name, flat=True).distinct()
        yield from list(ids)
    if isinstance(row, Dataset):
        files = UploadFile.objects.filter(upload__dataset=row).exclude(artifact=None)
        yield from list(files.values_list("artifact_id", flat=True))
