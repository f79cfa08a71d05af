"""The long-running processes of the studio: how each is started, watched and restarted."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brandkiln.embedded.children import Child, start_child

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0


def studio_commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the command of each service beside the broker."""
    python = [sys.executable, "-m"]
    web = [*python, "uvicorn", "brandkiln.asgi:application", "--host", host, "--port", str(port)]
    worker = [*python, "celery", "-A", "workers.app", "worker", "--loglevel", "INFO"]
    worker += ["--without-mingle", "--without-gossip"]  # a search for neighbours costs a second at each start
    return {
        # Without a bound on its shutdown uvicorn waits for as long as any event stream is open.
        "web": [*web, "--timeout-graceful-shutdown", "3"],
        "platform-worker": [*worker, "--queues", "platform", "--hostname", "platform@%h"],
        # Two, because a worker does one job at a time and nobody should wait for a text behind a training.
        "sample-worker": [*worker, "--queues", "sample", "--hostname", "sample@%h"],
        "train-worker": [*worker, "--queues", "train", "--hostname", "train@%h"],
        "sweeper": [sys.executable, "manage.py", "sweep"],
    }


@dataclass
class Service:
    """A child that has to run. One that ends is started again, after pauses that double while it keeps ending."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    child: Child | None = None
    pause: float = FIRST_PAUSE_SECONDS
    started: float = field(default=0.0)
    due: float = field(default=0.0)

    def start(self) -> None:
        self.child = start_child(self.command, log=self.log, environment=self.environment, folder=self.folder)
        self.started = time.monotonic()

    def watch(self) -> str | None:
        """Start the child again where its pause is over; return what a person should be told, if anything."""
        now = time.monotonic()
        if self.child is None:
            if now >= self.due:
                self.start()
            return None
        status = self.child.poll()
        if status is None:
            return None
        if now - self.started > HEALTHY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        self.child, self.due = None, now + self.pause
        told = f"{self.name} ended ({_describe(status)}); starting it again in {self.pause:.0f} s, see {self.log}"
        self.pause = min(2 * self.pause, LONGEST_PAUSE_SECONDS)
        return told


def _describe(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
