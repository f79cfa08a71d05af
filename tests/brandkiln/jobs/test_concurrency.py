"""Several claimers, cancellers and sweepers at the very same time, each with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from brandkiln.jobs.claims import claim_next, finish_job
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.production import promote_checkpoint
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.jobs.sweep import sweep
from django.db import transaction

from tests.brandkiln.jobs.conftest import lose_lease
from tests.factories import ArtifactFactory, JobFactory, ProjectFactory, make_cast
from tests.servers import WITH_POSTGRES
from tests.threads import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rings")]


def test_concurrent_claimers_never_get_the_same_job() -> None:
    projects = [ProjectFactory() for _ in range(3)]
    for number in range(60):
        JobFactory(project=projects[number % 3])
    claimed: list[tuple[object, int]] = []

    def work(worker: str) -> Callable[[], None]:
        def run() -> None:
            while (job := claim_next(queues=["sample"], worker=worker)) is not None:
                claimed.append((job.pk, job.attempt))

        return run

    together(*(work(f"w{number}") for number in range(4)))
    assert len(claimed) == 60
    assert set(Counter(claimed).values()) == {1}
    assert not Job.objects.filter(state="queued").exists()


def test_a_cancel_and_a_claim_at_the_same_time_agree() -> None:
    cast = make_cast()
    for _ in range(10):
        job = JobFactory(project=cast.project)
        together(
            lambda: claim_next(queues=["sample"], worker="w1") and None,
            lambda job=job: cancel_job(job=job, actor=None) and None,  # type: ignore[misc]
        )
        job.refresh_from_db()
        if job.state == "running":
            assert job.cancel_requested_at is not None
            finish_job(job_id=job.pk, attempt=1, state=Job.State.CANCELLED)
        else:
            assert (job.state, job.attempt) == ("cancelled", 0)


def test_concurrent_sweepers_put_a_job_back_once() -> None:
    jobs = JobFactory.create_batch(10)
    while (job := claim_next(queues=["sample"], worker="w1")) is not None:
        lose_lease(job)
    swept: list[int] = []
    together(*(lambda: swept.append(sweep().put_back) for _ in range(3)))
    assert sum(swept) == len(jobs)
    assert set(Job.objects.values_list("state", "attempt")) == {("queued", 1)}


def test_the_same_request_sent_twice_at_the_same_time_makes_one_job() -> None:
    cast = make_cast()
    made: list[object] = []

    def submit() -> None:
        job = submit_job(
            workspace=cast.acme, project=cast.project, requested_by=None, kind="sample",
            generator="dummy", params={"count": 2}, idempotency_key="k",
        )  # fmt: skip
        made.append(job.pk)

    together(*(submit for _ in range(4)))
    assert len(set(made)) == 1
    assert Job.objects.count() == 1


@pytest.mark.skipif(not WITH_POSTGRES, reason="SQLite has one writer")
def test_who_moves_the_production_tag_holds_nobody_up_who_asks_for_a_job() -> None:
    cast, moved, asked = make_cast(), threading.Event(), threading.Event()
    weights = ArtifactFactory(workspace=cast.acme)
    checkpoint = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="dummy", generator_version="1.0.0", number=1,
        weights=weights, card={},
    )  # fmt: skip

    def promote() -> None:
        with transaction.atomic():
            promote_checkpoint(checkpoint=checkpoint, actor=cast.ada)
            moved.set()
            assert asked.wait(10), "the job's row waits for the project's"

    def ask() -> None:
        assert moved.wait(10)
        submit_job(
            workspace=cast.acme, project=cast.project, requested_by=cast.ben, kind="sample", generator="dummy"
        )
        asked.set()

    together(promote, ask)
    assert Job.objects.count() == 1
