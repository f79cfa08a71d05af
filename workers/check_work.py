"""The job that checks a version, and its submission where a job has made a version."""

from functools import partial
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.features import keep_comparison, store_comparison
from brandkiln.datasets.checks.quality import Checked, check_version, keep_check
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.checks import check_first_time
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect, State

from workers.ending import Ending
from workers.heartbeat import Report, with_heartbeat


@with_heartbeat
def check(job: Job, report: Report) -> Ending:
    """Check the job's version; what was found is written in the transaction that ends the job."""
    version = job.dataset_version
    if version is None or version.trashed_at:
        failure = JobFailure("gone", "The version was deleted, so there is nothing to check.")
        return Ending(State.FAILED, failure=failure)
    checked = check_version(version, report)
    found = {code: counts["records"] for code, counts in checked.summary["codes"].items()}
    effect = partial(_keep, version=version, checked=checked)
    return Ending(State.SUCCEEDED, result={"found": found}, effect=effect)


def then_check(version: DatasetVersion) -> Effect:
    """Return the effect that submits the check of a version that the job has made, in the job's own transaction."""

    def submit(job: Job) -> None:
        check_first_time(version=version, actor=job.requested_by)

    return submit


def _keep(_: Job, *, version: DatasetVersion, checked: Checked) -> None:
    keep_check(version, checked)


def keep_features(job: Job, summary: dict[str, Any], files: dict[str, Path]) -> Effect:
    """Store what a comparison of records has made, and return the effect that writes its rows."""
    version = job.dataset_version
    assert version is not None  # the inspection was run on it
    compared = store_comparison(version, summary, files)

    def keep(_: Job) -> None:
        keep_comparison(version, compared)

    return keep
