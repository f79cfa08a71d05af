"""From submit to start, and no-op jobs per second, beside plain Celery on the same broker in the same run.

Run it as `make bench NAME=jobs`. Ours is the whole way: a row in PostgreSQL, the doorbell, a claim with a lease, an
order to the warm host process and back, and the end with its events. Plain Celery only carries a message; it would
lose it with the worker or the broker.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from brandkiln.embedded.children import Child, start_child, stop_children

from bench.record import record
from bench.servers import DUMMY, ROOT, migrated, studio_servers

SINGLE_JOBS = 60
MANY_JOBS = 100
PAUSE_SECONDS = 0.05


def main() -> None:
    """Print one JSON object as the last line and keep it beside this file."""
    with studio_servers(**DUMMY) as (_home, servers):
        os.environ["PEER_BROKER"] = servers[1].url.replace("unix:", "redis+socket:")
        ours = with_worker("workers.app", "sample", measure_ours)
        peer = with_worker("bench.celery_peer", "celery", measure_peer)
    ratios = {name: round(ours[name] / peer[name], 2) for name in peer}
    record("jobs", ours=ours, peers={"celery": peer}, ratios=ratios)


def with_worker(app: str, queue: str, measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Return what is measured while one worker of the application runs."""
    if app == "workers.app":
        prepare()
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        app,
        "worker",
        "--queues",
        queue,
        "--loglevel",
        "WARNING",
    ]
    log = Path(os.environ["BRANDKILN_HOME"]) / "worker.log"
    worker: Child = start_child([*command, "--without-gossip", "--without-mingle"], log=log, folder=ROOT)
    try:
        return measure()
    finally:
        stop_children([worker], grace_seconds=10)


def prepare() -> None:
    migrated()
    from brandkiln.core.models import User
    from brandkiln.projects.services import create_project
    from brandkiln.workspaces.services import create_workspace

    owner = User.objects.create_user("bench@example.com")
    workspace = create_workspace(name="Bench", owner=owner, slug="bench")
    create_project(workspace=workspace, name="Bench", slug="bench", actor=owner)


def measure_ours() -> dict[str, float]:
    from brandkiln.jobs.models import Job
    from brandkiln.jobs.services import submit_job
    from brandkiln.projects.models import Project

    project = Project.objects.select_related("workspace").get(slug="bench")

    def submit() -> Job:
        return submit_job(
            workspace=project.workspace, project=project, requested_by=None, kind="sample",
            generator="dummy", params={"output": "text", "prompt": "x"},
        )  # fmt: skip

    def left() -> int:
        return Job.objects.exclude(state="succeeded").count()

    submit()
    wait_until(lambda: left() == 0)
    waits, submits = [], []
    for _ in range(SINGLE_JOBS):
        begun = time.time()
        job = submit()
        submits.append(time.time() - begun)
        wait_until(lambda: left() == 0)
        job.refresh_from_db()
        assert job.started_at is not None
        waits.append(job.started_at.timestamp() - begun)
        time.sleep(PAUSE_SECONDS)
    begun = time.time()
    for _ in range(MANY_JOBS):
        submit()
    wait_until(lambda: left() == 0)
    return figures(waits, submits, MANY_JOBS / (time.time() - begun))


def measure_peer() -> dict[str, float]:
    from bench.celery_peer import STARTED, note, redis

    def started() -> int:
        return int(redis.llen(STARTED))  # type: ignore[arg-type]

    note.delay()
    wait_until(lambda: started() == 1)
    waits, submits = [], []
    for number in range(SINGLE_JOBS):
        begun = time.time()
        note.delay()
        submits.append(time.time() - begun)
        wait_until(lambda: started() == number + 2)  # noqa: B023
        waits.append(float(redis.lindex(STARTED, -1)) - begun)  # type: ignore[arg-type]
        time.sleep(PAUSE_SECONDS)
    before = started()
    begun = time.time()
    for _ in range(MANY_JOBS):
        note.delay()
    wait_until(lambda: started() == before + MANY_JOBS)
    return figures(waits, submits, MANY_JOBS / (time.time() - begun))


def figures(waits: list[float], submits: list[float], rate: float) -> dict[str, float]:
    """Return milliseconds from submit to start and of the submit alone, and jobs per second."""
    hundredths = quantiles(waits, n=100)
    return {
        "start_p50_ms": round(hundredths[49] * 1000, 2),
        "start_p99_ms": round(hundredths[98] * 1000, 2),
        "submit_p50_ms": round(quantiles(submits, n=2)[0] * 1000, 2),
        "jobs_per_second": round(rate, 1),
    }


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("The worker did not do its jobs in time.")
        time.sleep(0.005)


if __name__ == "__main__":
    main()
