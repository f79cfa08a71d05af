"""The jobs that read files into a version. Untrusted files are decoded in a child process by the reader."""

from brandkiln.datasets.imports import fetch_import
from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.datasets.looking import tabular_files
from brandkiln.datasets.models import Upload
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.check_work import then_check
from workers.ending import Ending
from workers.heartbeat import Report, with_heartbeat


@with_heartbeat
def ingest(job: Job, report: Report) -> Ending:
    """Read an upload into a data set version; asked twice, the data set has one."""
    if job.upload is None:
        return Ending(State.FAILED, failure=JobFailure("gone", "The upload was deleted. Upload it again."))
    return _read(job, job.upload, report)


@with_heartbeat
def fetch(job: Job, report: Report) -> Ending:
    """Bring the files of an import; then make a version, or leave rows to a look before they are read."""
    if job.upload is None:
        return Ending(State.FAILED, failure=JobFailure("gone", "The import was given up. Ask for it again."))
    params = job.params
    upload = fetch_import(
        upload=job.upload, place=params["place"], path=params["path"], report_progress=report
    )
    if params.get("look") and tabular_files(upload):
        message = "The files are here. Look at how they would be read, then read them."
        return Ending(State.SUCCEEDED, message=message, result={"upload": str(upload.pk)})
    return _read(job, upload, report)


def _read(job: Job, upload: Upload, report: Report) -> Ending:
    try:
        version = ingest_upload(
            upload, split_seed=int(job.params.get("split_seed", 0)), report_progress=report
        )
    except UploadRefused as refusal:
        failure = JobFailure(refusal.code, refusal.message)
        return Ending(State.FAILED, failure=failure, result={"report": refusal.report})
    made = {"dataset_version": str(version.pk)}
    return Ending(State.SUCCEEDED, result=made, effect=then_check(version))
