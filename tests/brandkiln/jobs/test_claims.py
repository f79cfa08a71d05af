"""Claiming, leases, and the fencing of workers that were given up for lost."""

import time
from typing import Any

import pytest
from brandkiln.jobs.claims import (
    LOOK_AHEAD,
    JobFailure,
    LeaseLost,
    Progress,
    add_job_events,
    claim_next,
    finish_job,
    give_back,
    heartbeat,
    requested_stop,
)
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.moves import InvalidMove
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.jobs.sweep import sweep

from tests.brandkiln.jobs.conftest import lose_lease, wait
from tests.factories import ArtifactFactory, Cast, JobFactory, ProjectFactory

QUEUES = ["sample"]
pytestmark = pytest.mark.usefixtures("rings")


def claim(**changes: Any) -> Job:
    time.sleep(0.002)  # SQLite's clock counts milliseconds, and equal starts are no order
    job = claim_next(**{"queues": QUEUES, "worker": "w1"} | changes)
    assert job is not None
    return job


def ask(cast: Cast, **changes: Any) -> Job:
    asked = {"workspace": cast.acme, "project": cast.project, "requested_by": cast.ben, "kind": "sample"}
    return submit_job(**asked | {"generator": "dummy"} | changes)


def test_a_claimed_job_runs_its_first_attempt_under_a_lease(cast: Cast) -> None:
    asked = ask(cast)
    job = claim()
    assert (job.pk, job.state, job.attempt, job.worker) == (asked.pk, "running", 1, "w1")
    assert job.lease_until is not None
    assert job.started_at is not None
    assert job.lease_until > job.started_at


def test_an_empty_queue_gives_nothing(cast: Cast) -> None:
    assert claim_next(queues=QUEUES, worker="w1") is None


def test_a_job_of_another_queue_is_left_alone(cast: Cast) -> None:
    JobFactory(project=cast.project, queue="train")
    assert claim_next(queues=QUEUES, worker="w1") is None


def test_jobs_of_one_workspace_start_in_the_order_of_their_submission(cast: Cast) -> None:
    asked = [ask(cast).pk for _ in range(4)]
    assert [claim().pk for _ in range(4)] == asked


def test_a_step_of_priority_is_worth_a_minute(cast: Cast) -> None:
    low, high = ask(cast), ask(cast, priority=2)
    wait(low, seconds=119)
    assert claim().pk == high.pk
    assert claim().pk == low.pk


def test_aging_lets_the_lowest_priority_pass_the_highest_after_twenty_minutes(cast: Cast) -> None:
    low, high = ask(cast, priority=-10), ask(cast, priority=10)
    wait(low, seconds=20 * 60 + 1)
    assert [claim().pk, claim().pk] == [low.pk, high.pk]


def test_a_worker_for_both_queues_lets_samples_go_before_training_for_ten_minutes(cast: Cast) -> None:
    from tests.factories import DatasetVersionFactory

    version = DatasetVersionFactory(dataset__project=cast.project)
    training = ask(cast, kind="train", dataset_version=version)
    first, second = ask(cast), ask(cast)
    both = ["sample", "train"]
    assert claim(queues=both).pk == first.pk
    wait(training, seconds=601)
    assert claim(queues=both).pk == training.pk
    assert claim(queues=both).pk == second.pk


def test_workspaces_take_turns_however_many_jobs_one_of_them_has(cast: Cast) -> None:
    stranger = ProjectFactory(workspace=cast.other)
    mine = [ask(cast).pk for _ in range(5)]
    theirs = [JobFactory(project=stranger).pk for _ in range(2)]
    order = [claim().pk for _ in range(7)]
    assert order == [mine[0], theirs[0], mine[1], theirs[1], *mine[2:]]


def test_priority_moves_a_job_within_its_workspace_only(cast: Cast) -> None:
    stranger = ProjectFactory(workspace=cast.other)
    ask(cast)
    claim()
    ask(cast, priority=10)
    theirs = JobFactory(project=stranger, priority=-10)
    wait(theirs, seconds=-600)
    assert claim().pk == theirs.pk


@pytest.fixture
def checkpoint(cast: Cast) -> Checkpoint:
    return Checkpoint.objects.create(
        workspace=cast.acme,
        project=cast.project,
        generator="dummy",
        generator_version="1",
        number=1,
        weights=ArtifactFactory(workspace=cast.acme, sha256="a" * 64),
        card={},
    )


def test_a_job_with_a_warm_checkpoint_goes_first(cast: Cast, checkpoint: Checkpoint) -> None:
    cold, warm = ask(cast), ask(cast, checkpoint=checkpoint)
    assert claim(warm={("dummy", "a" * 64)}).pk == warm.pk
    assert claim(warm={("dummy", "a" * 64)}).pk == cold.pk


def test_a_job_without_checkpoint_is_warm_where_its_generator_is(cast: Cast, checkpoint: Checkpoint) -> None:
    cold, warm = ask(cast, checkpoint=checkpoint), ask(cast)
    assert claim(warm={("dummy", "")}).pk == warm.pk
    assert claim().pk == cold.pk


def test_warm_jobs_are_looked_for_in_a_bounded_part_of_the_line(cast: Cast, checkpoint: Checkpoint) -> None:
    first = ask(cast)
    for _ in range(LOOK_AHEAD - 1):
        ask(cast)
    ask(cast, checkpoint=checkpoint)
    assert claim(warm={("dummy", "a" * 64)}).pk == first.pk


def test_a_head_of_the_line_that_waited_a_minute_lets_no_warm_job_pass(
    cast: Cast, checkpoint: Checkpoint
) -> None:
    cold = ask(cast)
    ask(cast, checkpoint=checkpoint)
    wait(cold, seconds=61)
    assert claim(warm={("dummy", "a" * 64)}).pk == cold.pk


def test_a_heartbeat_renews_the_lease_and_writes_the_progress(cast: Cast) -> None:
    ask(cast)
    job = claim()
    lose_lease(job)
    asked = heartbeat(job_id=job.pk, attempt=1, progress=Progress(3, 10, "Drawing", {"loss": 0.5}))
    job.refresh_from_db()
    assert not asked
    assert (job.done, job.total, job.message, job.metrics) == (3, 10, "Drawing", {"loss": 0.5})
    assert sweep().put_back == 0
    event = job.events.get(type="progress")
    assert event.data == {"done": 3, "total": 10, "message": "Drawing", "metrics": {"loss": 0.5}}


def test_a_heartbeat_says_that_a_person_asked_to_cancel(cast: Cast) -> None:
    ask(cast)
    job = claim()
    assert not requested_stop(job_id=job.pk, attempt=1)
    cancel_job(job=job, actor=cast.ben, keep=True)
    assert requested_stop(job_id=job.pk, attempt=1) == "finish"
    cancel_job(job=job, actor=cast.ben)
    assert heartbeat(job_id=job.pk, attempt=1) == requested_stop(job_id=job.pk, attempt=1) == "cancel"


def test_a_worker_given_up_for_lost_can_change_nothing_any_more(cast: Cast) -> None:
    ask(cast)
    lost = claim()
    lose_lease(lost)
    assert sweep().put_back == 1
    successor = claim(worker="w2")
    assert (successor.pk, successor.attempt) == (lost.pk, 2)
    seen = list(successor.events.values_list("pk"))
    for late in (
        lambda: heartbeat(job_id=lost.pk, attempt=1, progress=Progress(9, 9)),
        lambda: requested_stop(job_id=lost.pk, attempt=1),
        lambda: add_job_events(job_id=lost.pk, attempt=1, events=[("log", {"line": "late"})]),
    ):
        with pytest.raises(LeaseLost):
            late()
    for end in (
        lambda: finish_job(job_id=lost.pk, attempt=1, state=Job.State.SUCCEEDED),
        lambda: give_back(job=lost, failure=JobFailure("late", "Late.")),
    ):
        with pytest.raises(InvalidMove):
            end()
    successor.refresh_from_db()
    assert (successor.state, successor.attempt, successor.done) == ("running", 2, 0)
    assert list(successor.events.values_list("pk")) == seen


def test_a_late_finisher_leaves_no_effect(cast: Cast) -> None:
    ask(cast)
    lost = claim()
    lose_lease(lost)
    sweep()
    effects: list[Job] = []
    with pytest.raises(InvalidMove):
        finish_job(job_id=lost.pk, attempt=1, state=Job.State.SUCCEEDED, effect=effects.append)
    assert effects == []


def test_a_job_ends_once(cast: Cast) -> None:
    ask(cast)
    job = claim()
    finish_job(job_id=job.pk, attempt=1, state=Job.State.SUCCEEDED, result={"samples": 1})
    with pytest.raises(InvalidMove, match="it is succeeded at attempt 1"):
        finish_job(job_id=job.pk, attempt=1, state=Job.State.SUCCEEDED)
    job.refresh_from_db()
    assert (job.result, job.lease_until) == ({"samples": 1}, None)
    assert job.finished_at is not None
    assert list(job.events.values_list("type", "data__state")) == [
        ("state", "queued"),
        ("state", "running"),
        ("state", "succeeded"),
        ("end", "succeeded"),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_fails_leaves_the_job_running() -> None:
    job = JobFactory()
    job = claim()

    def fail(moved: Job) -> None:
        raise RuntimeError("the effect failed")

    with pytest.raises(RuntimeError):
        finish_job(job_id=job.pk, attempt=1, state=Job.State.SUCCEEDED, effect=fail)
    job.refresh_from_db()
    assert job.state == "running"
    assert not job.events.filter(type="end").exists()


def test_a_move_that_is_not_drawn_is_refused(cast: Cast) -> None:
    job = ask(cast)
    with pytest.raises(InvalidMove):
        finish_job(job_id=job.pk, attempt=0, state=Job.State.SUCCEEDED)


def test_an_attempt_that_the_operator_ended_does_not_count(cast: Cast) -> None:
    job = ask(cast)
    for _ in range(job.max_attempts + 2):
        back = give_back(job=claim(), failure=JobFailure("worker_stopped", "Stopped."), costs_attempt=False)
        assert back.state == "queued"


def test_success_clears_the_error_of_an_earlier_attempt(cast: Cast) -> None:
    ask(cast)
    assert give_back(job=claim(), failure=JobFailure("killed", "It was killed.")).error_code == "killed"
    done = finish_job(job_id=claim().pk, attempt=2, state=Job.State.SUCCEEDED)
    assert (done.error_code, done.error_message) == ("", "")
