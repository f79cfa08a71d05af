"""Keeping a job's lease while the worker itself is busy: reading data, laying out files, storing weights."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from brandkiln.jobs.claims import LeaseLost
from brandkiln.jobs.models import Job
from django.db import connection

from generators.errors import Cancelled
from workers.ending import Ending, stopped
from workers.reporter import Reporter

TICK_SECONDS = 0.5

Report = Callable[[int, int, str], None]


@contextmanager
def beating(reporter: Reporter) -> Iterator[Report]:
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


def with_heartbeat(work: Callable[[Job, Report], Ending]) -> Callable[[Job, Reporter], Ending]:
    """Return the work as a worker does it: with the lease kept, and a stop that was asked for as its ending."""

    @wraps(work)
    def done(job: Job, reporter: Reporter) -> Ending:
        try:
            with beating(reporter) as report:
                return work(job, report)
        except Cancelled:
            return stopped(job, by_person=reporter.cancelled_by_person)

    return done
