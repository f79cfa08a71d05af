"""Asking for a scan for personal data, and for a version in which the decisions about it are applied."""

from django.utils.translation import gettext as _

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.datasets.models import DatasetVersion, PersonalDataScan
from brandkiln.datasets.protection.decisions import to_apply
from brandkiln.jobs.checks import open_job
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.derivations import submit_derivation
from brandkiln.jobs.models import Job


def submit_scan(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return the job that looks for personal data in the version; one that is open already is enough."""
    return open_job(version, Job.Kind.SCAN) or submit_data_job(
        kind=Job.Kind.SCAN, version=version, actor=actor, params={"total": version.record_count}
    )


def submit_protection(*, version: DatasetVersion, actor: User | None) -> Job:
    """Return a new job that makes a version in which what was found is masked, pseudonymised or dropped.

    Raises:
        Unprocessable: If the version was not scanned, or nothing that was decided changes a record.
    """
    scan = PersonalDataScan.objects.filter(version=version).first()
    decisions = to_apply(scan) if scan else []
    if not decisions:
        raise Unprocessable(
            _(
                "Nothing is to be masked, pseudonymised or blocked in %(version)s, so no new version is needed."
            )
            % {"version": version}
        )
    return submit_derivation(
        version=version, actor=actor, recipe=[{"step": "protect_text", "decisions": decisions}]
    )
