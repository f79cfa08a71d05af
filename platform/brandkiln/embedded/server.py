"""What the embedded servers share: a handle, a bounded start, and short socket paths."""

import importlib.util
import os
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brandkiln.embedded.children import Child, stop_children

SOCKET_PATH_LIMIT = 90  # Linux takes 107 bytes, macOS 103; PostgreSQL adds a name of its own
START_SECONDS = 60.0


class ServerNotStarted(Exception):
    """An embedded server is not installed, ended at its start or stayed silent."""


@dataclass(frozen=True)
class Server:
    """A running server, and the address that settings take."""

    process: Child
    url: str
    stop_signal: signal.Signals = signal.SIGTERM

    def stop(self, grace_seconds: float = 5.0) -> None:
        stop_children([self.process], grace_seconds=grace_seconds, ask=self.stop_signal)


def find_program(package: str, pattern: str) -> str:
    """Return the program inside an installed package, which is not imported for it."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for program in Path(folder).glob(pattern):
            return str(program)
    name = package.replace("_", "-")
    raise ServerNotStarted(f"{pattern} of package {name} is not installed. Run make setup.")


def short_folder(folder: Path) -> Path:
    """Return ``folder``, or a new private one where its path is too long to hold a unix socket."""
    if len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(tempfile.mkdtemp(prefix="brandkiln-", dir="/tmp"))


def wait_until(answers: Callable[[], bool], *, process: Child, name: str, log: Path) -> None:
    """Return when the server answers; raise where it ended or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None:
            raise ServerNotStarted(
                f"{name} ended with exit status {process.returncode} at its start; see {log}."
            )
        if time.monotonic() > deadline:
            stop_children([process], grace_seconds=0)
            raise ServerNotStarted(f"{name} did not answer within {START_SECONDS:.0f} s; see {log}.")
        time.sleep(0.02)
