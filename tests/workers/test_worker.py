"""A real worker process with a real host, broker and database."""

import signal
import time
from pathlib import Path

import pytest
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job, submit_job

from tests.factories import make_cast
from tests.workers.conftest import Start, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def submit(**changes: object) -> Job:
    from brandkiln.projects.models import Project

    project = Project.objects.filter(slug="spring").first() or make_cast().project
    asked = {"workspace": project.workspace, "project": project, "requested_by": None, "kind": "sample"}
    return submit_job(**asked | {"generator": "dummy"} | changes)  # type: ignore[arg-type]


def test_a_worker_does_every_job_and_writes_its_assets_once(start_worker: Start) -> None:
    start_worker("sample")
    jobs = [submit(params={"count": 2, "output": output}) for output in ("image", "text", "image")]
    for job in jobs:
        done = wait_for(job, "succeeded", "failed")
        assert done.state == "succeeded", done.error_message
        assert list(done.assets.order_by("position").values_list("position", "attempt")) == [(0, 1), (1, 1)]
        assert done.events.filter(type="end").count() == 1
    texts = jobs[1].events.filter(type="text")
    pieces = "".join(event.data["text"] for event in texts if event.data["index"] == 0)
    assert pieces.strip() == jobs[1].assets.get(position=0).text


def test_a_running_job_is_cancelled_and_the_worker_goes_on(start_worker: Start) -> None:
    job = submit(params={"count": 64, "step_seconds": 0.2})
    start_worker("sample")
    wait_for(job, "running")
    asked = time.monotonic()
    cancel_job(job=job, actor=None)
    assert wait_for(job, "cancelled", "succeeded").state == "cancelled"
    assert time.monotonic() - asked < 5
    assert job.assets.count() == 0
    wait_for(submit(), "succeeded")


def test_a_stopped_worker_gives_its_job_back_without_costing_an_attempt(start_worker: Start) -> None:
    job = submit(params={"count": 64, "step_seconds": 0.2})
    worker = start_worker("sample")
    wait_for(job, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    job.refresh_from_db()
    assert (job.state, job.attempt, job.max_attempts) == ("queued", 1, 4)


def test_a_worker_never_imports_torch(start_worker: Start) -> None:
    worker = start_worker("sample")
    wait_for(submit(), "succeeded")
    assert "libtorch" not in Path(f"/proc/{worker.pid}/maps").read_text()
