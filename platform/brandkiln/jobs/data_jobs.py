"""Jobs that the studio itself does on data: check a version, derive the next one, scan it, erase from it."""

from typing import Any

from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_job


def submit_data_job(
    *,
    kind: Job.Kind,
    version: DatasetVersion,
    actor: User | None,
    params: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
    priority: int = 0,
) -> Job:
    """Return a new job that works on one version of a data set."""
    return submit_job(
        workspace=version.workspace,
        project=version.dataset.project,
        requested_by=actor,
        kind=kind,
        params=params,
        dataset_version=version,
        idempotency_key=idempotency_key,
        priority=priority,
    )
