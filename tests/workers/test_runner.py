"""What becomes of a job when the worker itself is at fault, or busy."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from brandkiln.jobs.claims import Progress, claim_next
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State

from tests.factories import JobFactory
from workers import generation, heartbeat
from workers import runner as module
from workers.devices import CPU
from workers.ending import Ending
from workers.host import Host
from workers.reporter import Reporter
from workers.runner import Runner


@pytest.fixture
def runner(settings: Any, tmp_path: Path) -> Iterator[Runner]:
    settings.SCRATCH = tmp_path
    made = Runner("w1", queues=["sample"])
    yield made
    made.close()


def claimed() -> Job:
    JobFactory()
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    return job


@pytest.mark.django_db
def test_a_job_whose_effect_cannot_be_written_fails_at_once(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def effect(job: Job) -> None:
        raise ValueError("value too long")

    monkeypatch.setattr(module, "generate", lambda *_: Ending(State.SUCCEEDED, effect=effect))
    job = claimed()
    runner.do(job)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "studio")
    assert "value too long" in job.error_message


@pytest.mark.django_db
def test_a_progress_that_cannot_be_written_does_not_keep_a_job_from_ending(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generate(job: Job, reporter: Reporter, *_: Any) -> Ending:
        reporter.on_progress(-1, 0)
        return Ending(State.SUCCEEDED)

    monkeypatch.setattr(module, "generate", generate)
    job = claimed()
    runner.do(job)
    job.refresh_from_db()
    assert (job.state, job.error_code, job.done) == ("failed", "studio", Progress().done)


def test_the_lease_is_renewed_while_data_is_laid_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beat = threading.Event()
    monkeypatch.setattr(heartbeat, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(
        generation, "materialise_version", lambda _: tmp_path if beat.wait(10) else pytest.fail("no beat")
    )
    for check in ("refuse_trashed", "refuse_forbidden"):
        monkeypatch.setattr(generation, check, lambda *_: None)
    monkeypatch.setattr(generation, "judge", lambda *_: Ending(State.SUCCEEDED))
    host = SimpleNamespace(run=lambda *_, **__: None)
    reporter = SimpleNamespace(
        scratch=tmp_path, tick=beat.set, on_message=None, cancelled=None, finishing=None
    )
    job = SimpleNamespace(
        pk=1, kind="report", generator="dummy", params={}, seed=0, checkpoint=None, dataset_version=object()
    )
    ending = generation.generate(cast(Job, job), cast(Reporter, reporter), cast(Host, host), CPU)
    assert ending.state == State.SUCCEEDED


@pytest.mark.django_db
def test_the_cache_is_trimmed_now_and_then_and_running_jobs_are_spared(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments: list[float] = []

    def trim(*, spare_since: float) -> int:
        moments.append(spare_since)
        return 2**20

    monkeypatch.setattr(module, "trim_cache", trim)
    job = claimed()
    assert job.started_at is not None
    Job.objects.filter(pk=job.pk).update(started_at=job.started_at - timedelta(days=2))
    runner.trim_cache()
    runner.trim_cache()
    (since,) = moments
    assert since == pytest.approx(
        (job.started_at - timedelta(days=2)).timestamp() - module.SPARED_SECONDS, abs=1
    )
