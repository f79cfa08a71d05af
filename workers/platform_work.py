"""The platform's own jobs, which need no generator. Untrusted files are decoded in a child process by the reader."""

from collections.abc import Callable

from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from generators.errors import Cancelled
from workers.check_work import check, then_check
from workers.derive_work import derive
from workers.ending import Ending, stopped
from workers.erase_work import erase
from workers.heartbeat import beating
from workers.import_work import fetch
from workers.reporter import Reporter


def ingest(job: Job, reporter: Reporter) -> Ending:
    """Read an upload into a data set version; asked twice, the data set has one."""
    upload = job.upload
    if upload is None:
        return Ending(State.FAILED, failure=JobFailure("gone", "The upload was deleted. Upload it again."))
    with beating(reporter) as report:
        try:
            version = ingest_upload(
                upload, split_seed=int(job.params.get("split_seed", 0)), report_progress=report
            )
        except Cancelled:
            return stopped(job, by_person=reporter.cancelled_by_person)
        except UploadRefused as refusal:
            failure = JobFailure(refusal.code, refusal.message)
            return Ending(State.FAILED, failure=failure, result={"report": refusal.report})
    made = {"dataset_version": str(version.pk)}
    return Ending(State.SUCCEEDED, result=made, effect=then_check(version))


PLATFORM_WORK: dict[str, Callable[[Job, Reporter], Ending]] = {
    Job.Kind.INGEST: ingest,
    Job.Kind.IMPORT: fetch,
    Job.Kind.DERIVE: derive,
    Job.Kind.ERASE: erase,
    Job.Kind.CHECK: check,
}
