"""Fetches files of an import, and reads them where nobody wants to look at them first."""

from brandkiln.datasets.imports import fetch_import
from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.datasets.looking import tabular_files
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from generators.errors import Cancelled
from workers.check_work import then_check
from workers.ending import Ending, stopped
from workers.heartbeat import beating
from workers.reporter import Reporter


def fetch(job: Job, reporter: Reporter) -> Ending:
    """Bring the files; then make a version, or leave rows to a look before they are read."""
    upload = job.upload
    if upload is None:
        return Ending(State.FAILED, failure=JobFailure("gone", "The import was given up. Ask for it again."))
    params = job.params
    with beating(reporter) as report:
        try:
            upload = fetch_import(
                upload=upload, place=params["place"], path=params["path"], report_progress=report
            )
            if params.get("look") and tabular_files(upload):
                message = "The files are here. Look at how they would be read, then read them."
                return Ending(State.SUCCEEDED, message=message, result={"upload": str(upload.pk)})
            version = ingest_upload(
                upload, split_seed=int(params.get("split_seed", 0)), report_progress=report
            )
        except Cancelled:
            return stopped(job, by_person=reporter.cancelled_by_person)
        except UploadRefused as refusal:
            failure = JobFailure(refusal.code, refusal.message)
            return Ending(State.FAILED, failure=failure, result={"report": refusal.report})
    made = {"dataset_version": str(version.pk)}
    return Ending(State.SUCCEEDED, result=made, effect=then_check(version))
