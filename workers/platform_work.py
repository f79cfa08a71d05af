"""The platform's own jobs, which need no generator. Untrusted files are decoded in a child process by the reader."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.jobs.claims import JobFailure, LeaseLost
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from django.db import connection

from generators.errors import Cancelled
from workers.ending import Ending
from workers.reporter import Reporter

TICK_SECONDS = 0.5


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
            return _stopped(job, reporter)
        except UploadRefused as refusal:
            failure = JobFailure(refusal.code, refusal.message)
            return Ending(State.FAILED, failure=failure, result={"report": refusal.report})
    return Ending(State.SUCCEEDED, result={"dataset_version": str(version.pk)})


PLATFORM_WORK: dict[str, Callable[[Job, Reporter], Ending]] = {Job.Kind.INGEST: ingest}


@contextmanager
def beating(reporter: Reporter) -> Iterator[Callable[[int, int, str], None]]:
    """Keep the heartbeat going in a thread; yield the function that reports progress.

    The function raises Cancelled when the work has to stop, and LeaseLost when it belongs to somebody else by now.
    """
    ended = threading.Event()
    lost: list[LeaseLost] = []

    def beat() -> None:
        try:
            while not ended.wait(TICK_SECONDS):
                reporter.tick()
        except LeaseLost as loss:
            lost.append(loss)
        finally:
            connection.close()

    def report(done: int, total: int, message: str = "") -> None:
        if lost:
            raise lost[0]
        if reporter.cancelled():
            raise Cancelled
        reporter.on_progress(done, total, message)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()


def _stopped(job: Job, reporter: Reporter) -> Ending:
    if reporter.cancelled_by_person:
        return Ending(State.CANCELLED, message="Cancelled.")
    stopped = JobFailure("worker_stopped", f"Worker {job.worker} was stopped; the job starts again.")
    return Ending(State.QUEUED, failure=stopped, costs_attempt=False)
