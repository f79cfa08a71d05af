"""Assets on their way out: deleted for good with their bytes, by a person or after their days in the trash."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from brandkiln.artifacts.removal import release
from brandkiln.core.models import User
from brandkiln.jobs.models import Job, JobEvent
from brandkiln.library.models import Asset, Revision, Thumbnail
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

BATCH = 200
MOST = 20_000
"""Assets that are deleted at once."""


def delete_assets(*, assets: QuerySet[Asset], actor: User | None) -> tuple[int, int]:
    """Delete assets that lie in the trash for good, at most MOST; return how many went and how many are held on to.

    Their bytes are deleted by ``artifacts.removal`` afterwards, where nothing else names them.
    """
    keys = list(assets.exclude(trashed_at=None).order_by("trashed_at").values_list("pk", flat=True)[:MOST])
    gone = kept = 0
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        try:
            gone += _delete(some, actor)
        except ProtectedError:
            for key in some:
                try:
                    gone += _delete([key], actor)
                except ProtectedError:
                    kept += 1
    return gone, kept


def empty_asset_trash(*, workspace: Workspace | None = None, days: int | None = None) -> int:
    """Delete for good what has lain in the trash for so many days; return how many assets went.

    Args:
        workspace: The only workspace whose trash is emptied; by default all.
        days: By default BRANDKILN_TRASH_DAYS; 0 is everything.
    """
    kept = timezone.now() - timedelta(days=settings.TRASH_DAYS if days is None else days)
    assets = Asset.objects.filter(trashed_at__lte=kept)
    if workspace:
        assets = assets.filter(workspace=workspace)
    return delete_assets(assets=assets, actor=None)[0]


@transaction.atomic
def _delete(keys: list[UUID], actor: User | None) -> int:
    rows = list(
        Asset.objects.select_for_update(of=("self",))
        .select_related("workspace", "artifact")
        .filter(pk__in=keys)
        .exclude(trashed_at=None)
    )
    release(_artifacts_of(rows))
    for row in rows:
        record_audit(
            workspace=row.workspace,
            actor=actor,
            action="asset.deleted",
            subject=row.pk,
            data={"title": row.title, "sha256": row.artifact.sha256, "generator": row.generator},
        )
    Asset.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _forget_writing({row.job_id for row in rows if row.job_id})
    return len(rows)


def _forget_writing(jobs: Collection[UUID]) -> None:
    """Delete what jobs without a piece left said while they made them: the texts as they were written, and previews."""
    empty = Job.objects.filter(pk__in=jobs, assets=None, state__in=Job.FINAL)
    said = JobEvent.objects.filter(job__in=empty, type__in=("text", "preview"))
    shown = [data.get("artifact") for data in said.values_list("data", flat=True)]
    release([UUID(key) for key in shown if key])
    said.delete()


def _artifacts_of(rows: list[Asset]) -> Iterator[UUID | None]:
    yield from [row.artifact_id for row in rows]
    for kind in (Revision, Thumbnail):
        yield from list(kind._default_manager.filter(asset__in=rows).values_list("artifact_id", flat=True))
