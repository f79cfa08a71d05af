"""The job that erases a record."""

from brandkiln.core.errors import StudioError
from brandkiln.datasets.models import Erasure
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.erasure import run_erasure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from generators.errors import Cancelled
from workers.ending import Ending, stopped
from workers.heartbeat import beating
from workers.reporter import Reporter


def erase(job: Job, reporter: Reporter) -> Ending:
    """Erase the record; done again after a crash, it goes on where it stopped."""
    erasures = Erasure.objects.filter(pk=job.params.get("erasure"), workspace=job.workspace_id)
    erasure = erasures.select_related("workspace", "requested_by").first()
    if erasure is None:
        failure = JobFailure("gone", "There is no such erasure. Ask for it again from the record's page.")
        return Ending(State.FAILED, failure=failure)
    with beating(reporter) as report:
        try:
            reached = run_erasure(erasure, job=job, report_progress=report)
        except Cancelled:
            return stopped(job, by_person=reporter.cancelled_by_person)
        except StudioError as refusal:
            return Ending(State.FAILED, failure=JobFailure(refusal.code, refusal.message))
    return Ending(State.SUCCEEDED, result=reached)
