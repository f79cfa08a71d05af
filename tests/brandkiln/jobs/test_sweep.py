"""What the sweeper makes good again."""

from threading import Event

import pytest
from brandkiln.jobs import sweep as module
from brandkiln.jobs.claims import JobFailure, claim_next, give_back
from brandkiln.jobs.management.commands import sweep as command
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job
from brandkiln.jobs.sweep import RINGS_PER_QUEUE, sweep
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tests.brandkiln.jobs.conftest import lose_lease
from tests.factories import Cast, JobFactory

Rings = list[tuple[str, str]]
pytestmark = pytest.mark.django_db


def running(**fields: object) -> Job:
    JobFactory(**fields)
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    return job


def test_a_job_whose_worker_was_lost_is_put_back_and_rung_for(
    rings: Rings, django_capture_on_commit_callbacks: object
) -> None:
    job = running(rung_at=timezone.now())
    lose_lease(job)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert sweep().put_back == 1
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker, job.lease_until) == ("queued", 1, "", None)
    assert ("sample", str(job.pk)) in rings


def test_a_job_that_cannot_be_put_back_does_not_keep_the_others_waiting(
    rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = running(), running()
    lose_lease(broken)
    lose_lease(other)

    def back(*, job: Job, **more: object) -> Job:
        if job.pk == broken.pk:
            raise KeyError("odd")
        return give_back(job=job, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "give_back", back)
    assert sweep().put_back == 1


def test_a_round_that_fails_ends_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, rounds = Event(), 0

    def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            stopping.set()
        raise KeyError("odd")

    monkeypatch.setattr(command.connection, "close", lambda: None)
    command._repeat(stopping, 0.0, work)
    assert rounds == 3


def test_a_job_whose_lease_is_good_is_left_alone(rings: Rings) -> None:
    job = running()
    assert sweep().put_back == 0
    job.refresh_from_db()
    assert job.state == "running"


def test_a_job_out_of_attempts_fails_and_keeps_its_last_error(rings: Rings) -> None:
    job = running(max_attempts=2)
    lose_lease(job)
    sweep()
    second = claim_next(queues=["sample"], worker="w2")
    assert second is not None
    lose_lease(second)
    assert sweep().ended == 1
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "worker_lost")
    assert job.error_message == "Worker w2 stopped answering during attempt 2. It was tried 2 times."
    assert job.events.filter(type="end").count() == 1


def test_a_crash_is_kept_as_the_reason_when_attempts_run_out(rings: Rings) -> None:
    job = running(max_attempts=1)
    give_back(job=job, failure=JobFailure("killed", "image-gan was killed.", "Traceback ..."))
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_detail) == ("failed", "killed", "Traceback ...")
    assert job.error_message == "image-gan was killed. It was tried 1 times."


def test_a_lost_job_that_was_to_be_cancelled_is_cancelled(rings: Rings) -> None:
    job = running()
    cancel_job(job=job, actor=None)
    lose_lease(job)
    assert sweep().ended == 1
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_queued_too_long_is_rung_for_again_and_only_once(rings: Rings) -> None:
    job = JobFactory(rung_at=None)
    assert sweep().rung == 1
    assert sweep().rung == 0
    assert rings == [("sample", str(job.pk))]


def test_a_job_that_was_just_rung_for_is_not_rung_for_again(rings: Rings) -> None:
    JobFactory(rung_at=timezone.now())
    assert sweep().rung == 0


def test_a_long_line_is_woken_by_a_few_rings(rings: Rings) -> None:
    JobFactory.create_batch(RINGS_PER_QUEUE + 5, rung_at=None)
    assert sweep().rung == RINGS_PER_QUEUE


def test_the_command_sweeps_once(rings: Rings, cast: Cast) -> None:
    JobFactory(rung_at=None)
    call_command("sweep", "--once")
    assert len(rings) == 1
    assert settings.JOB_RING_AGAIN_SECONDS >= 1
