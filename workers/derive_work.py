"""The job that makes a version of another one."""

from brandkiln.datasets.comparing import compare
from brandkiln.datasets.derive import derive_version
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.registry import parse_recipe
from brandkiln.datasets.splits import parse_rule
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.check_work import then_check
from workers.ending import Ending
from workers.heartbeat import Report, with_heartbeat

WORTH_COMPARING = 20_000
"""Records of a version from which on a first comparison would keep somebody waiting."""


@with_heartbeat
def derive(job: Job, report: Report) -> Ending:
    """Run the job's recipe on its version; a job that is done again after the version was made finds it."""
    parent = job.dataset_version
    if parent is None or parent.trashed_at:
        failure = JobFailure("gone", "The version was deleted. Run the recipe on another one.")
        return Ending(State.FAILED, failure=failure)
    version = derive_version(
        parent=parent,
        recipe=parse_recipe(job.params.get("recipe", []), kind=parent.dataset.kind),
        split_rule=parse_rule(job.params.get("split_rule", {})),
        split_seed=int(job.params.get("split_seed", 0)),
        actor=job.requested_by,
        report_progress=report,
        origin=DatasetVersion.Origin(job.params.get("origin", DatasetVersion.Origin.RECIPE)),
        key=str(job.pk),
    )
    if version.parent_id == parent.pk and version.record_count >= WORTH_COMPARING:
        compare(before=parent, after=version)  # kept in the cache; the version is made, so nothing stops it
    is_new = version.report.get("made_by") == str(job.pk)
    made = {"dataset_version": str(version.pk), "unchanged": not is_new}
    return Ending(State.SUCCEEDED, result=made, effect=then_check(version))
