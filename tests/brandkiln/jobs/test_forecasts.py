"""Forecasts of trainings: from past ones, or from timed steps."""

from datetime import timedelta
from typing import Any

import pytest
from brandkiln.jobs.forecasts import UNTIMED, forecast_training, known_forecast, read_forecast
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import check_params
from django.utils import timezone

from generators import registry
from tests.factories import Cast, DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db


def gan(**params: Any) -> dict[str, Any]:
    return check_params(registry.get("image-gan"), "train", {"seed": 1, **params})


def forecast(version: Any, **params: Any) -> Any:
    return forecast_training(
        spec=registry.get("image-gan"), params=gan(**params), version=version, actor=None
    )


def past(version: Any, *, seconds: float, shown: int = 0, **params: Any) -> None:
    end = timezone.now()
    ended = {"code": "ended_early", "values": {"shown": shown, "total": 10_000}}
    spec = registry.get("image-gan")
    result = {"notices": [ended] if shown else []}
    JobFactory(
        project=version.dataset.project, kind="train", queue="train", generator=spec.name,
        generator_version=spec.version, state="succeeded", params=gan(**params), result=result,
        started_at=end - timedelta(seconds=seconds), finished_at=end,
    )  # fmt: skip


def test_past_trainings_at_the_same_pace_are_scaled_also_those_that_ended_early(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    past(version, seconds=100, kimg=10, seed=5)
    past(version, seconds=50, shown=5_000, kimg=10, learning_rate=0.01)
    past(version, seconds=9_000, kimg=10, width=128)
    said = forecast(version, kimg=60)
    assert (round(said.seconds), said.basis) == (600, 2)
    assert not Job.objects.filter(kind="pace").exists()


def test_where_nothing_is_known_steps_are_timed_once_for_all_lengths(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    said = forecast(version, kimg=20)
    assert (said.seconds, said.job.queue) == (None, "sample")
    assert said.job.priority < 0, "whoever waits for a piece goes first"
    assert forecast(version, kimg=200).job == said.job
    assert forecast(version, kimg=20, width=32).job != said.job
    timed = {"seconds_per_unit": 0.01, "total": 60_000, "begin_seconds": 3.0}
    Job.objects.filter(pk=said.job.pk).update(state="succeeded", result=timed)
    assert forecast(version, kimg=200).seconds == pytest.approx(3 + UNTIMED * 2_000)


def test_a_timing_that_failed_is_told_and_begun_anew(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    first = forecast(version).job
    Job.objects.filter(pk=first.pk).update(state="failed")
    first.refresh_from_db()
    assert read_forecast(first, gan()).seconds is None
    assert forecast(version).job != first


def test_what_is_known_of_a_pace_is_told_without_beginning_to_measure(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    spec = registry.get("image-gan")
    assert known_forecast(spec=spec, params=gan(), version=version) is None
    assert not Job.objects.exists()
    forecast(version, kimg=10)
    begun = known_forecast(spec=spec, params=gan(kimg=20), version=version)
    assert begun is not None
    assert begun.seconds is None
    past(version, seconds=300, kimg=10)
    known = known_forecast(spec=spec, params=gan(kimg=20), version=version)
    assert known is not None
    assert known.seconds == pytest.approx(600)
