"""Asking for the check of a version, and for what an inspection adds to it."""

from contextlib import suppress

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.clearance import DataForbidden, InTrash, refuse_forbidden, refuse_trashed
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.retrieval.models import SearchIndex


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


def submit_index(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return the job that makes the version's texts ready for questions: the one that is open already, or a new one.

    Raises:
        Unprocessable: If the version holds no texts, or its terms forbid it.
    """
    if version.dataset.kind != "text":
        message = _(
            "Questions are answered from texts; %(version)s holds %(kind)s. Choose a data set of texts."
        ) % {
            "version": version,
            "kind": version.dataset.kind,
        }
        raise Unprocessable(message, fields={"dataset_version": message})
    refuse_trashed(version)
    refuse_forbidden(version, Job.Kind.INDEX)
    return open_job(version, Job.Kind.INDEX) or submit_data_job(
        kind=Job.Kind.INDEX, version=version, actor=actor
    )


def index_anew(*, version: DatasetVersion, actor: User | None) -> None:
    """Submit the index of a new version where one of an earlier version answers questions."""
    before = SearchIndex.objects.filter(
        version__dataset=version.dataset_id, version__number__lt=version.number
    )
    if before.exists() and not hasattr(version, "search_index"):
        with suppress(DataForbidden, InTrash):  # its terms rule it out; the version is made all the same
            submit_index(version=version, actor=actor)


def open_job(version: DatasetVersion, kind: Job.Kind) -> Job | None:
    """Return the version's job of this kind that has not ended, if there is one."""
    return Job.objects.filter(dataset_version=version, kind=kind, state__in=Job.OPEN).first()


def check_first_time(*, version: DatasetVersion, actor: User | None) -> None:
    """Submit the check of a new version; one that was checked before, or is about to be, needs none.

    Where questions are answered from the data set, the version is indexed too.
    """
    if not hasattr(version, "quality"):
        submit_check(version=version, actor=actor)
    index_anew(version=version, actor=actor)
