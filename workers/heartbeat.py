"""Keeping a job's lease while the worker itself is busy: reading data, laying out files, storing weights."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from brandkiln.jobs.claims import LeaseLost
from django.db import connection

from generators.errors import Cancelled
from workers.reporter import Reporter

TICK_SECONDS = 0.5


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
