"""A search looks at its trainings once at a time; killed at any moment, it goes on from their rows."""

from typing import Any

import pytest
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job, Trial
from brandkiln.jobs.moves import State, move_job
from brandkiln.jobs.searches import submit_search

import workers.search_work
from tests.factories import DatasetVersionFactory
from workers.runner import Runner

pytestmark = pytest.mark.django_db

SPACE = [
    {"name": "learning_rate", "low": 1e-4, "high": 1e-3, "log": True},
    {"name": "width", "choices": [32, 64]},
]


def end(job: Job, kid: float, state: State = State.SUCCEEDED) -> None:
    """Let a training end as a worker would."""
    add_events(job.pk, [("measure", {"done": 1000, "metrics": {"validation_kid": kid}})])
    running = move_job(job_id=job.pk, attempt=0, source=State.QUEUED, target=State.RUNNING)
    move_job(job_id=job.pk, attempt=running.attempt, source=State.RUNNING, target=state)


def submitted(**params: Any) -> Job:
    version = DatasetVersionFactory()
    return submit_search(
        workspace=version.workspace, project=version.dataset.project, requested_by=None, generator="image-gan",
        params={"space": SPACE, "kimg": 1.0, **params}, dataset_version=version,
    )  # fmt: skip


def test_a_search_asks_for_settings_until_all_are_tried_and_marks_the_best(monkeypatch: Any) -> None:
    questions: list[list[Any]] = []
    ask = workers.search_work._advise

    def noted(asked: Any, known: Any, wanted: int) -> Any:
        questions.append([one.advised() for one in known])
        if (
            len(questions) > 1
        ):  # Optuna itself is asked once; the rest of the search does not depend on its answers
            return {
                "prune": [],
                "settings": [{"learning_rate": 5e-4, "width": 32}] * wanted,
                "importance": {},
            }
        return ask(asked, known, wanted)

    monkeypatch.setattr(workers.search_work, "_advise", noted)
    job, runner = submitted(trials=3, at_once=2), Runner("w1", queues=["platform"])
    runner.work_until_empty()
    job.refresh_from_db()
    first, second = Job.objects.filter(trial__search=job).order_by("trial__number")
    assert (job.state, job.worker, job.lease_until, job.message) == (
        "running",
        "",
        None,
        "0 of 3 settings tried",
    )
    assert 1e-4 <= first.params["learning_rate"] <= 1e-3
    assert first.params["width"] in (32, 64)
    end(first, 0.5)
    runner.work_until_empty()
    assert Trial.objects.filter(search=job).count() == 3
    end(second, 0.2)
    end(Job.objects.get(trial__search=job, trial__number=2), 0.9, State.FAILED)
    runner.work_until_empty()
    job.refresh_from_db()
    assert (job.state, job.result["best"], job.result["tried"]) == ("succeeded", str(second.pk), 3)
    assert [one["value"] for one in questions[1]] == [0.5, None]


def test_a_search_whose_trainings_all_fail_says_why(monkeypatch: Any) -> None:
    settings = {"prune": [], "settings": [{"learning_rate": 5e-4, "width": 32}] * 3, "importance": {}}
    monkeypatch.setattr(workers.search_work, "_advise", lambda *_: settings)
    job, runner = submitted(trials=5, at_once=3), Runner("w1", queues=["platform"])
    runner.work_until_empty()
    for child in Job.objects.filter(trial__search=job):
        Job.objects.filter(pk=child.pk).update(error_message="The disk is full.")
        end(child, 0.5, State.FAILED)
    runner.work_until_empty()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "trials_failed")
    assert "The disk is full." in job.error_message
