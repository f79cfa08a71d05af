"""The job that makes the files of an export pack."""

from brandkiln.jobs.claims import JobFailure
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.planning.models import Pack
from brandkiln.planning.pack_files import make_files
from brandkiln.planning.packs import keep_files

from workers.ending import Ending
from workers.heartbeat import Report, with_heartbeat


@with_heartbeat
def pack(job: Job, report: Report) -> Ending:
    """Make the ZIPs; an attempt begins anew, and the files appear when the last of them is made."""
    rows = Pack.objects.filter(pk=job.params.get("pack"), workspace=job.workspace_id)
    row = rows.select_related("workspace", "campaign", "project", "requested_by").first()
    if row is None:
        failure = JobFailure("gone", "The pack was deleted. Ask for it again.")
        return Ending(State.FAILED, failure=failure)
    made = make_files(row, report)
    result = {"pack": str(row.pk), "files": sum(entries for _artifact, entries in made.files.values())}
    return Ending(
        State.SUCCEEDED, result=result, effect=lambda done: keep_files(row, made.files, done, made.arrivals)
    )
