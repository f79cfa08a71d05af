"""The job that erases a record."""

from brandkiln.datasets.models import Erasure
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.erasure import run_erasure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.ending import Ending
from workers.heartbeat import Report, with_heartbeat


@with_heartbeat
def erase(job: Job, report: Report) -> Ending:
    """Erase the record; done again after a crash, it goes on where it stopped."""
    erasures = Erasure.objects.filter(pk=job.params.get("erasure"), workspace=job.workspace_id)
    erasure = erasures.select_related("workspace", "requested_by").first()
    if erasure is None:
        failure = JobFailure("gone", "There is no such erasure. Ask for it again from the record's page.")
        return Ending(State.FAILED, failure=failure)
    return Ending(State.SUCCEEDED, result=run_erasure(erasure, job=job, report_progress=report))
