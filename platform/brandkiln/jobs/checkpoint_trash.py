"""Checkpoints on their way out: into the trash, back, and deleted for good. What is in production never goes."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Conflict
from brandkiln.core.models import User
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.trash import refuse_in_use
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit


class InProduction(Conflict):
    """The checkpoint is in production."""

    code = "in_production"


@transaction.atomic
def trash_checkpoint(*, checkpoint: Checkpoint, actor: User | None) -> Checkpoint:
    """Move a checkpoint to the trash, from where it can be restored.

    Raises:
        InProduction: If it is in production.
        InUse: If a job works with it.
    """
    Project.objects.select_for_update(no_key=True).get(
        pk=checkpoint.project_id
    )  # nobody promotes it meanwhile
    checkpoint.refresh_from_db()
    if checkpoint.is_production:
        raise InProduction(
            _("%(name)s is in production. Put another one into production first.") % {"name": checkpoint}
        )
    refuse_in_use(_open_jobs_on(checkpoint), str(checkpoint))
    if checkpoint.trashed_at is None:
        checkpoint.trashed_at = timezone.now()
        checkpoint.save(update_fields=["trashed_at"])
        record_audit(
            workspace=checkpoint.workspace, actor=actor, action="checkpoint.trashed", subject=checkpoint
        )
    return checkpoint


@transaction.atomic
def restore_checkpoint(*, checkpoint: Checkpoint, actor: User | None) -> Checkpoint:
    """Take a checkpoint out of the trash."""
    if Checkpoint.objects.filter(pk=checkpoint.pk).exclude(trashed_at=None).update(trashed_at=None):
        record_audit(
            workspace=checkpoint.workspace, actor=actor, action="checkpoint.restored", subject=checkpoint
        )
    checkpoint.refresh_from_db()
    return checkpoint


def empty_checkpoint_trash(
    *, workspace: Workspace | None = None, actor: User | None = None, days: int | None = None
) -> list[str]:
    """Delete for good what has lain in the trash for so many days; return the names of what went.

    Args:
        workspace: The only workspace whose trash is emptied; by default all.
        days: By default BRANDKILN_TRASH_DAYS; 0 is everything.
    """
    kept = timezone.now() - timedelta(days=settings.TRASH_DAYS if days is None else days)
    rows = Checkpoint.objects.filter(trashed_at__lte=kept)
    if workspace:
        rows = rows.filter(workspace=workspace)
    return [name for key in list(rows.values_list("pk", flat=True)) for name in _delete(key, actor)]


def _open_jobs_on(checkpoint: Checkpoint) -> "QuerySet[Job]":
    return Job.objects.filter(checkpoint=checkpoint, state__in=Job.OPEN)


@transaction.atomic
def _delete(key: UUID, actor: User | None) -> list[str]:
    row = Checkpoint.objects.select_for_update().filter(pk=key, is_production=False).first()
    if row is None or row.trashed_at is None or _open_jobs_on(row).exists():
        return []  # restored, deleted by somebody else, or in use
    files = row.files.values_list("artifact_id", flat=True)
    release([row.weights_id, row.preview_id, *files])
    record_audit(
        workspace=row.workspace,
        actor=actor,
        action="checkpoint.deleted",
        subject=row,
        data={"sha256": row.weights.sha256},
    )
    name = str(row)
    row.delete()
    return [name]
