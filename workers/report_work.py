"""Quick jobs behind the pages of reports: what columns are for, and a template set as a page, which is kept."""

from pathlib import Path

from brandkiln.artifacts import store
from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from workers.devices import Device
from workers.ending import Ending
from workers.generation import judge
from workers.host import Host
from workers.outages import outlast
from workers.reporter import Reporter
from workers.studying import study

INSPECTIONS = {"columns": "report_columns", "report": "report_preview"}
"""Which inspection answers which wish."""


def look(job: Job, reporter: Reporter, host: Host, device: Device) -> Ending:
    """Run the job in the host and return how it ended; the result of a preview names the artifact of its page."""
    version = job.dataset_version
    if version is None:
        said = "The version was deleted, so there is nothing to look at."
        return Ending(State.FAILED, failure=JobFailure("gone", said))
    [name] = [name for name in INSPECTIONS if name in job.params]
    outcome = study(
        job, reporter, host, device, inspection=INSPECTIONS[name], version=version, checkpoint=None
    )
    if outcome.status != "succeeded":
        return judge(job, reporter, outcome)
    result = dict(outcome.result["summary"])
    if "page" in outcome.result["files"]:
        path = Path(outcome.result["files"]["page"])
        page = outlast(lambda: store.put(path, workspace=job.workspace, media_type="text/html"))
        result["page"] = str(page.pk)
    return Ending(State.SUCCEEDED, result=result)
