"""Estimates, tried against past jobs whose times are known."""

import time
from datetime import timedelta
from typing import Any

import pytest
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.estimates import (
    Past,
    estimate,
    estimate_params,
    estimate_wait,
    past_jobs,
    predict,
    queue_position,
    size_of,
)
from brandkiln.jobs.models import Job
from django.utils import timezone

from tests.factories import Cast, JobFactory, ProjectFactory


def past_job(project: Any, *, seconds: float, **params: Any) -> Job:
    end = timezone.now() - timedelta(hours=3)
    start = end - timedelta(seconds=seconds)
    return JobFactory(
        project=project, state="succeeded", params=params, started_at=start, finished_at=end, worker="w1"
    )


def test_the_size_of_a_job_is_the_product_of_what_makes_it_longer() -> None:
    assert size_of({"count": 4, "kimg": 2.5, "seed": 99, "label": "Shoe"}) == 10
    assert size_of({}) == 1
    assert size_of({"count": 0, "variants": None}) == 1


def test_without_past_jobs_nothing_is_promised() -> None:
    assert predict([], 5) is None


def test_jobs_of_one_size_predict_in_proportion() -> None:
    assert predict([Past(10, 4.0), Past(10, 6.0), Past(10, 5.0)], 20) == 10.0


def test_a_start_up_time_is_told_apart_from_the_time_for_each_piece() -> None:
    past = [Past(size, 3 + 2 * size) for size in (1, 2, 5, 9)]
    assert predict(past, 100) == pytest.approx(203)


def test_one_outlier_does_not_move_the_estimate() -> None:
    past = [Past(size, 3 + 2 * size) for size in range(1, 12)] + [Past(4, 500.0)]
    assert predict(past, 4) == pytest.approx(11, rel=0.05)


def test_more_work_never_takes_less_time() -> None:
    past = [Past(1, 9.0), Past(10, 1.0)]
    low, high = predict(past, 1), predict(past, 50)
    assert low is not None
    assert low == high


def test_only_jobs_of_the_same_generator_and_kind_that_succeeded_count(cast: Cast) -> None:
    past_job(cast.project, seconds=4, count=2)
    JobFactory(project=cast.project, generator="other", state="succeeded")
    JobFactory(project=cast.project, state="failed")
    assert past_jobs(kind="sample", generator="dummy") == [Past(2, 4.0)]
    asked = estimate_params(workspace=cast.acme, kind="sample", generator="dummy", params={"count": 6})
    assert (asked.run_seconds, asked.basis, asked.wait_seconds) == (pytest.approx(12.0), 1, 0.0)


def test_the_first_job_of_its_kind_gets_no_estimate(cast: Cast) -> None:
    asked = estimate(workspace=cast.acme, kind="sample", generator="dummy", params={}, queue="sample")
    assert (asked.run_seconds, asked.basis) == (None, 0)


def test_the_wait_is_the_time_of_what_is_ahead(cast: Cast) -> None:
    past_job(cast.project, seconds=10, count=1)
    JobFactory.create_batch(2, project=cast.project, params={"count": 1})
    claim_next(queues=["sample"], worker="w1")
    asked = estimate_params(workspace=cast.acme, kind="sample", generator="dummy", params={"count": 1})
    assert asked.wait_seconds == pytest.approx(20, abs=1)


def test_an_unknown_job_ahead_makes_the_wait_unknown(cast: Cast) -> None:
    JobFactory(project=cast.project, generator="new")
    claim_next(queues=["sample"], worker="w1")
    asked = estimate_params(workspace=cast.acme, kind="sample", generator="dummy", params={})
    assert asked.wait_seconds is None


def test_two_workers_halve_the_wait(cast: Cast) -> None:
    past_job(cast.project, seconds=10, count=1)
    JobFactory.create_batch(4, project=cast.project, params={"count": 1})
    for worker in ("w1", "w2"):
        claim_next(queues=["sample"], worker=worker)
    asked = estimate_params(workspace=cast.acme, kind="sample", generator="dummy", params={"count": 1})
    assert asked.wait_seconds == pytest.approx(20, abs=1)


def test_positions_foretell_the_order_in_which_jobs_start(cast: Cast) -> None:
    third = ProjectFactory()
    owners = [cast.project, ProjectFactory(workspace=cast.other), third]
    for number, project in enumerate([0, 0, 0, 0, 1, 2, 2, 0]):
        JobFactory(project=owners[project], priority=number % 3)
    claim_next(queues=["sample"], worker="w1")
    foretold = {job.pk: queue_position(job) for job in Job.objects.filter(state="queued")}
    order = []
    time.sleep(0.002)  # SQLite's clock counts milliseconds, and equal starts are no order
    while (job := claim_next(queues=["sample"], worker="w1")) is not None:
        order.append(foretold[job.pk])
        time.sleep(0.002)
    assert order == list(range(1, len(order) + 1))


def test_a_job_that_has_started_has_no_position(cast: Cast) -> None:
    JobFactory(project=cast.project)
    job = claim_next(queues=["sample"], worker="w1")
    assert job is not None
    assert (queue_position(job), estimate_wait(job)) == (None, None)
