"""The child process of a worker: does jobs of generators and stays warm between them.

Jobs are done one at a time, in the main thread; those that share the process, each in a thread of its own.

Started as `python -m generators.host --parent PID --idle SECONDS`. Orders come in on descriptor 0, answers go out
on what was descriptor 1; plugin code finds /dev/null and the log in their places, so that nothing it reads or prints
can disturb them.
"""

import argparse
import ctypes
import faulthandler
import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from generators.allocation import give_back_freed_memory, keep_freed_memory

if TYPE_CHECKING:
    from generators.hosted import HostedJobs
    from generators.messages import Work

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Serve orders until the parent hangs up, the idle time passes, or a job has crashed."""
    parser = argparse.ArgumentParser(prog="python -m generators.host")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--idle", type=float, required=True)
    arguments = parser.parse_args()
    faulthandler.enable()
    die_with(arguments.parent, signal.SIGKILL)
    _guard_group()
    orders, answers = _protected_pipes()
    keep_freed_memory()

    # Imported after the guard was forked, so that the guard stays small.
    from generators.hosted import HostedJobs

    jobs = HostedJobs(answers)
    inbox: queue.Queue[Work] = queue.Queue()
    threading.Thread(target=_read, args=(orders, inbox, jobs), daemon=True).start()
    sharing = Sharing(jobs)
    while True:
        try:
            work = inbox.get(timeout=arguments.idle)
        except queue.Empty:
            if sharing.is_idle:
                _leave()
            continue
        if work.shares:
            sharing.begin(work)
        elif not jobs.perform(work):
            _leave()
        else:
            give_back_freed_memory()


class Sharing:
    """Jobs that are done at the same time. After a crash the process goes on until the last of them is done."""

    def __init__(self, jobs: "HostedJobs") -> None:
        self._jobs = jobs
        self._lock = threading.Lock()
        self._running = 0
        self._fit = True

    def begin(self, work: "Work") -> None:
        """Do a job in a thread of its own."""
        with self._lock:
            self._running += 1
        threading.Thread(target=self._perform, args=(work,), name=f"job {work.job}", daemon=True).start()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        with self._lock:
            return self._running == 0

    def _perform(self, work: "Work") -> None:
        fit = self._jobs.perform(work)
        with self._lock:
            self._running -= 1
            self._fit = self._fit and fit
            if self._running == 0 and not self._fit:
                _leave()


def die_with(parent: int, sign: signal.Signals) -> None:
    """Ask the kernel for a signal when the parent's thread ends, and make sure that it has not ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:
        os._exit(1)


def _guard_group() -> None:
    """Fork a guard that kills the whole process group once this process is gone, however it went.

    Without it, processes that a plugin started would outlive a worker that was killed.
    """
    host = os.getpid()
    if os.fork():
        return
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        die_with(host, signal.SIGTERM)
        os.closerange(0, 256)
        signal.sigwait({signal.SIGTERM})
    finally:
        os.killpg(0, signal.SIGKILL)


def _protected_pipes() -> tuple[BinaryIO, BinaryIO]:
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return orders, answers


def _read(orders: BinaryIO, inbox: "queue.Queue[Work]", jobs: "HostedJobs") -> None:
    """Take orders while a job runs; when the parent hangs up, whatever runs is not wanted any more."""
    from generators.messages import Finish, Work, decode_order

    for line in orders:
        order = decode_order(line)
        if isinstance(order, Work):
            jobs.expect(order.job)
            inbox.put(order)
        elif isinstance(order, Finish):
            jobs.finish(order.job)
        else:
            jobs.cancel(order.job)
    _leave()


def _leave() -> NoReturn:
    """End at once: threads and exit functions of plugins are not waited for."""
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
