"""Asking for the check of a version, and for what an inspection adds to it."""

from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job

OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def submit_check(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return the job that checks the version: the one that waits or runs already, or a new one."""
    return open_job(version, Job.Kind.CHECK) or submit_data_job(
        kind=Job.Kind.CHECK, version=version, actor=actor
    )


def submit_comparison(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return the job that compares the version's records by features: the one that is open already, or a new one."""
    return open_job(version, Job.Kind.FEATURES) or submit_data_job(
        kind=Job.Kind.FEATURES, version=version, actor=actor
    )


def open_job(version: DatasetVersion, kind: Job.Kind) -> Job | None:
    """Return the version's job of this kind that has not ended, if there is one."""
    return Job.objects.filter(dataset_version=version, kind=kind, state__in=OPEN).first()


def check_first_time(*, version: DatasetVersion, actor: User | None) -> None:
    """Submit the check of a new version; one that was checked before, or is about to be, needs none."""
    if not hasattr(version, "quality"):
        submit_check(version=version, actor=actor)
