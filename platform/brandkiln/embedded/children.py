"""Start child processes that die with their parent, and stop them within bounds."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_LIMIT_BYTES = 10 * 2**20

Child = subprocess.Popen[bytes]


def start_child(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    user: int | None = None,
) -> Child:
    """Return the started command, which gets ``death_signal`` when this process dies, even by ``kill -9``.

    The child leads its own session, so that Ctrl-C in a terminal reaches only the parent, which then stops
    its children in order. Output is appended to ``log``. Call it from the main thread: Linux ties the signal
    to the thread that started the child.
    """
    with open_log(log) as output:
        if sys.platform == "linux":
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                user=user,
                group=user,
                preexec_fn=_dying_with_parent(death_signal, parent=os.getpid()),
            )
        return _start_on_leash(command, output.fileno(), environment, folder)


def stop_children(
    children: Iterable[Child], *, grace_seconds: float, ask: signal.Signals = signal.SIGTERM
) -> None:
    """Ask all children to end, wait for them together, and kill what is left after ``grace_seconds``."""
    children = list(children)
    for child in children:
        if child.poll() is None:
            child.send_signal(ask)
    deadline = time.monotonic() + grace_seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # also ends what a child left behind in its group
        child.wait()


def open_log(path: Path) -> BinaryIO:
    """Return the log, open for appending; a long one is set aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def follow_parent(death_signal: signal.Signals) -> None:
    """Make this process itself get a signal when its parent dies; only Linux can."""
    if sys.platform == "linux":
        _dying_with_parent(death_signal, parent=os.getppid())()


def _dying_with_parent(death_signal: signal.Signals, *, parent: int) -> Callable[[], None]:
    """Return what the child does between fork and exec; everything it needs is loaded before the fork."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare


def _start_on_leash(
    command: Sequence[str], output: int, environment: Mapping[str, str] | None, folder: Path | None
) -> Child:
    """Start the command below leash.py, which kills it when the pipe to this process closes."""
    leash, _held = os.pipe()  # `_held` stays open in this process, and in no other, until it dies
    leash_file = str(Path(__file__).with_name("leash.py"))
    child = subprocess.Popen(
        [sys.executable, leash_file, str(leash), *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        start_new_session=True,
        pass_fds=[leash],
    )
    os.close(leash)
    return child
