"""Real workers for the tests that need them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brandkiln.embedded.children import start_child, stop_children
from brandkiln.jobs.models import Job

from generators import registry

ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def dummy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offer the dummy generator, here and in the processes that the test starts."""
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "tests.dummy_generator.spec:SPEC")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'platform'}")
    registry.refresh()
    yield
    monkeypatch.undo()
    registry.refresh()


@pytest.fixture
def start_worker(dummy: None, process_environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start `celery worker` on the test's database and broker."""
    started = []

    def start(*queues: str, **environment: str) -> "subprocess.Popen[bytes]":
        name = f"w{len(started)}@test"
        command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--hostname", name]
        command += ["--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
        started.append(
            start_child(
                [*command, "--queues", ",".join(queues)],
                log=tmp_path / "worker.log",
                environment=process_environment | environment,
                folder=ROOT,
            )
        )
        return started[-1]

    yield start
    stop_children(started, grace_seconds=10)
    print((tmp_path / "worker.log").read_text())


def wait_for(job: Job, *states: str, seconds: float = 30.0) -> Job:
    """Return the job as soon as it is in one of the states."""
    deadline = time.monotonic() + seconds
    while True:
        job.refresh_from_db()
        if job.state in states:
            return job
        assert time.monotonic() < deadline, (
            f"{job.state}: {job.message} {job.error_message} {job.error_detail}"
        )
        time.sleep(0.02)
