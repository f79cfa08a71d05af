"""A search: what it may be asked, how it reads its trainings, and how it waits for them."""

from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.claims import Progress, add_job_events, claim_next, finish_job, rest_job
from brandkiln.jobs.clock import in_seconds
from brandkiln.jobs.events import add_events
from brandkiln.jobs.experiments import experiments, experiments_csv, ordered, trainings
from brandkiln.jobs.models import Job, Trial
from brandkiln.jobs.moves import State
from brandkiln.jobs.searches import prune_trials, submit_search, submit_trial
from brandkiln.jobs.services import cancel_job, retry_job
from brandkiln.jobs.sweep import sweep
from brandkiln.jobs.trials import best_job, fingerprint, ranked, tried

from tests.factories import DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db

SPACE = [{"name": "learning_rate", "low": 1e-4, "high": 1e-3, "log": True}]


def begun(**params: Any) -> Job:
    """Return a search that a worker has claimed."""
    version = DatasetVersionFactory()
    submit_search(
        workspace=version.workspace, project=version.dataset.project, requested_by=None, generator="image-gan",
        params={"space": SPACE, "kimg": 1.0, **params}, dataset_version=version, priority=3,
    )  # fmt: skip
    job = claim_next(queues=["platform"], worker="w1")
    assert job is not None
    return job


def trial(search: Job, number: int, kids: dict[int, float], state: str = "succeeded") -> Job:
    job = submit_trial(
        search=search, number=number, repeat=0, settings={"learning_rate": 1e-4 * (number + 1)}
    )
    assert job is not None
    events: list[Any] = [
        ("measure", {"done": done, "metrics": {"validation_kid": kid}}) for done, kid in kids.items()
    ]
    add_events(job.pk, events)
    Job.objects.filter(pk=job.pk).update(state=state)
    return job


def test_trainings_get_the_searchs_settings_priority_and_duration() -> None:
    search = begun(params={"width": 32})
    job = submit_trial(search=search, number=0, repeat=1, settings={"learning_rate": 2e-4})
    assert job is not None
    assert (job.kind, job.queue, job.priority, job.workspace) == ("train", "train", 3, search.workspace)
    asked = {name: job.params[name] for name in ("learning_rate", "width", "kimg", "seed")}
    assert asked == {"learning_rate": 2e-4, "width": 32, "kimg": 1.0, "seed": 1}
    Job.objects.filter(pk=search.pk).update(attempt=2)  # given to another worker
    assert submit_trial(search=search, number=1, repeat=0, settings={"learning_rate": 2e-4}) is None


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"space": [{"name": "learning_rate", "low": 1e-4, "high": 5}]}, "learning_rate"),
        ({"space": [{"name": "learning_rate", "low": 1, "high": 1}]}, "a lower and a higher"),
        ({"space": [{"name": "kimg", "low": 1, "high": 2}]}, "a field of its own"),
        ({"space": []}, "at least 1"),
    ],
)
def test_what_cannot_be_searched_is_refused_at_once(params: dict[str, Any], said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        begun(**params)


def test_a_search_rests_without_a_worker_and_wakes_when_a_training_measures_or_ends() -> None:
    search = begun()
    submit_trial(search=search, number=0, repeat=0, settings={"learning_rate": 2e-4})
    rest_job(
        job_id=search.pk, attempt=search.attempt, has_news=lambda: False, progress=Progress(0, 12, "0 of 12")
    )
    search.refresh_from_db()
    assert (search.state, search.lease_until, search.max_attempts) == ("running", None, 4)
    assert sweep().put_back == 0  # a resting job has no lease to lose, and its training is open
    child = claim_next(queues=["train"], worker="w2")
    assert child is not None
    measure: Any = ("measure", {"done": 500, "metrics": {"validation_kid": 0.5}})
    add_job_events(job_id=child.pk, attempt=child.attempt, events=[measure])
    search.refresh_from_db()
    assert search.state == "queued"
    again = claim_next(queues=["platform"], worker="w1")
    assert again is not None
    seen = fingerprint(again)
    finish_job(job_id=child.pk, attempt=child.attempt, state=State.SUCCEEDED)  # while the search looks around
    rest_job(job_id=again.pk, attempt=again.attempt, has_news=lambda: fingerprint(again) != seen)
    again.refresh_from_db()
    assert again.state == "queued"


def test_a_search_left_resting_is_woken_by_the_sweeper() -> None:
    search = begun()
    rest_job(job_id=search.pk, attempt=search.attempt, has_news=lambda: False)
    assert sweep().put_back == 1
    search.refresh_from_db()
    assert search.state == "queued"


def test_the_trainings_of_a_search_that_was_lost_for_good_are_cancelled_by_the_sweeper() -> None:
    search = begun()
    waiting = submit_trial(search=search, number=0, repeat=0, settings={"learning_rate": 2e-4})
    assert waiting is not None
    Job.objects.filter(pk=search.pk).update(max_attempts=1, lease_until=in_seconds(-60))
    assert sweep().ended == 1
    waiting.refresh_from_db()
    search.refresh_from_db()
    assert (search.state, waiting.state) == ("failed", "cancelled")


def test_cancelling_a_search_cancels_its_trainings_and_a_retry_takes_over_what_was_learned() -> None:
    search = begun()
    trial(search, 0, {1000: 0.5})
    waiting = submit_trial(search=search, number=1, repeat=0, settings={"learning_rate": 2e-4})
    assert waiting is not None
    rest_job(job_id=search.pk, attempt=search.attempt, has_news=lambda: False)
    cancel_job(job=search, actor=None)
    waiting.refresh_from_db()
    search.refresh_from_db()
    assert (waiting.state, search.state, search.cancel_requested_at is None) == ("cancelled", "queued", False)
    cancel_job(job=search, actor=None)
    search.refresh_from_db()
    again = retry_job(job=search, actor=None)
    assert [one.value for one in tried(again)] == [0.5]


def test_settings_are_ranked_by_the_smallest_measure_and_moments_in_between_carry_it_on() -> None:
    search = begun()
    trial(search, 0, {250: 0.4, 1000: 0.6})
    good = trial(search, 1, {250: 0.5, 1000: 0.1})
    trial(search, 2, {250: 0.9}, state="running")
    trial(search, 3, {}, state="failed")
    known = tried(search)
    assert [(one.number, one.state, one.value) for one in ranked(known)] == [
        (1, "done", 0.1), (0, "done", 0.4), (2, "running", None), (3, "failed", None),
    ]  # fmt: skip
    assert known[0].rungs == dict.fromkeys(range(2, 9), 0.4)
    assert known[2].rungs == {2: 0.9}
    best = best_job(known)
    assert best is not None
    assert best.pk == good.pk
    prune_trials(known[2].rows)
    row = Trial.objects.get(search=search, number=2)
    assert (row.pruned_at is not None, row.job.cancel_requested_at is not None) == (True, True)


def test_experiments_show_what_differs_and_are_ordered_with_unknown_values_last() -> None:
    first = JobFactory(kind="train", params={"width": 32, "kimg": 5, "recipe": "=1+1"}, name="Narrow")
    second = JobFactory(kind="train", project=first.project, params={"width": 64, "kimg": 5, "recipe": "a"})
    add_events(second.pk, [("measure", {"done": 10, "metrics": {"validation_kid": 0.25}})])
    rows = ordered(
        experiments(trainings(workspace=first.workspace, project=first.project, generator="dummy")), "kid"
    )
    assert [(row.job.pk, row.kid, row.kid_at) for row in rows] == [
        (second.pk, 0.25, 10),
        (first.pk, None, None),
    ]
    assert [list(row.varied) for row in rows] == [["width", "recipe"]] * 2
    lines = experiments_csv(rows).splitlines()
    assert lines[0].endswith("checkpoint,width,recipe,note")
    assert lines[2].endswith(",32,'=1+1,")
