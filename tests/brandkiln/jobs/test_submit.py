"""Submitting, cancelling and retrying."""

from typing import Any

import pytest
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.datasets.models import Upload
from brandkiln.jobs.claims import claim_next, finish_job
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import cancel_job, retry_job, submit_ingest, submit_job
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.factories import (
    ArtifactFactory,
    Cast,
    DatasetFactory,
    DatasetVersionFactory,
    ProjectFactory,
)

Rings = list[tuple[str, str]]


def ask(cast: Cast, **changes: Any) -> Job:
    asked = {"workspace": cast.acme, "project": cast.project, "requested_by": cast.ben, "kind": "sample"}
    return submit_job(**asked | {"generator": "dummy"} | changes)


def make_checkpoint(project: Any, **fields: Any) -> Checkpoint:
    columns = {"generator": "dummy", "generator_version": "1", "number": 1, "card": {}} | fields
    weights = ArtifactFactory(workspace=project.workspace)
    return Checkpoint.objects.create(project=project, workspace=project.workspace, weights=weights, **columns)


def test_a_submitted_job_holds_every_default_and_a_drawn_seed(cast: Cast) -> None:
    job = ask(cast, params={"count": 3})
    assert (job.state, job.queue, job.generator_version) == ("queued", "sample", "1.0.0")
    assert job.params["count"] == 3
    assert job.params["size"] == 16
    assert job.params["seed"] == job.seed
    assert ask(cast).seed != ask(cast).seed


def test_a_given_seed_is_kept(cast: Cast) -> None:
    assert ask(cast, params={"seed": 7}).seed == 7


def test_the_doorbell_rings_when_the_job_is_committed(
    cast: Cast, rings: Rings, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        job = ask(cast)
        assert rings == []
    for callback in callbacks:
        callback()
    assert rings == [("sample", str(job.pk))]


@pytest.mark.parametrize(("kind", "queue"), [("train", "train"), ("evaluate", "train"), ("sample", "sample")])
def test_people_do_not_wait_behind_training(cast: Cast, kind: str, queue: str) -> None:
    version = None if kind == "sample" else DatasetVersionFactory(dataset__project=cast.project)
    assert ask(cast, kind=kind, dataset_version=version).queue == queue


def test_the_same_request_with_the_same_key_is_the_same_job(cast: Cast) -> None:
    first = ask(cast, params={"count": 2}, idempotency_key="k")
    assert ask(cast, params={"count": 2}, idempotency_key="k").pk == first.pk
    assert Job.objects.count() == 1


def test_another_request_with_the_same_key_is_a_conflict(cast: Cast) -> None:
    ask(cast, params={"count": 2}, idempotency_key="k")
    with pytest.raises(Conflict, match="was used for another request"):
        ask(cast, params={"count": 3}, idempotency_key="k")


def test_a_key_belongs_to_one_workspace(cast: Cast) -> None:
    stranger = ProjectFactory(workspace=cast.other)
    first = ask(cast, idempotency_key="k")
    other = ask(cast, workspace=cast.other, project=stranger, idempotency_key="k")
    assert first.pk != other.pk


def test_jobs_without_a_key_are_never_the_same(cast: Cast) -> None:
    assert ask(cast).pk != ask(cast).pk


def test_production_stays_the_same_request_when_another_checkpoint_is_promoted(cast: Cast) -> None:
    old = make_checkpoint(cast.project, is_production=True)
    first = ask(cast, checkpoint="production", idempotency_key="k")
    assert first.checkpoint == old
    old.is_production = False
    old.save()
    make_checkpoint(cast.project, number=2, is_production=True)
    assert ask(cast, checkpoint="production", idempotency_key="k").pk == first.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"generator": "nobody"}, "generator"),
        ({"kind": "report"}, "kind"),
        ({"params": {"count": 0}}, "params.count"),
        ({"params": {"colour": "red"}}, "params.colour"),
        ({"params": {"prompt": "a\0b"}}, "params.prompt"),
        ({"checkpoint": "production"}, "checkpoint"),
        ({"kind": "train"}, "dataset_version"),
        ({"priority": 11}, "priority"),
    ],
)
def test_what_does_not_fit_is_named(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        ask(cast, **changes)
    assert list(refusal.value.fields) == [field]
    assert Job.objects.count() == 0


@pytest.mark.parametrize(("split", "more"), [({"train": 1}, 1), ({"train": 1, "test": 1}, 2), ({}, None)])
def test_a_training_needs_enough_records_and_the_message_says_how_many(
    cast: Cast, split: dict[str, int], more: int | None
) -> None:
    few = DatasetVersionFactory(dataset__project=cast.project, counts={"split": split})
    if more is None:  # nothing is known of splits, and there are enough in all
        assert ask(cast, kind="train", dataset_version=few).kind == "train"
        return
    with pytest.raises(Unprocessable, match=rf"at least 2 training records; .* has 1\. Add {more}\."):
        ask(cast, kind="train", dataset_version=few)


def test_a_checkpoint_of_another_generator_is_refused(cast: Cast) -> None:
    with pytest.raises(Unprocessable) as refusal:
        ask(cast, checkpoint=make_checkpoint(cast.project, generator="image-gan"))
    assert "checkpoint" in refusal.value.fields


def test_nothing_of_another_workspace_can_be_named(cast: Cast) -> None:
    foreign = ProjectFactory(workspace=cast.other)
    for changes in (
        {"project": foreign},
        {"checkpoint": make_checkpoint(foreign)},
        {"kind": "train", "dataset_version": DatasetVersionFactory(dataset__project=foreign)},
    ):
        with pytest.raises(NotFound):
            ask(cast, **changes)


def test_an_upload_becomes_a_job_of_the_platform_queue(cast: Cast) -> None:
    dataset = DatasetFactory(project=cast.project)
    upload = Upload.objects.create(workspace=cast.acme, dataset=dataset, filename="a.zip")
    job = submit_ingest(upload=upload, actor=cast.ben, split_seed=3)
    assert (job.kind, job.queue, job.upload, job.seed) == ("ingest", "platform", upload, 3)


def test_a_queued_job_is_cancelled_at_once(cast: Cast) -> None:
    job = cancel_job(job=ask(cast), actor=cast.ben)
    assert job.state == "cancelled"
    assert claim_next(queues=["sample"], worker="w1") is None
    assert job.events.filter(type="end").count() == 1


def test_a_running_job_is_asked_to_stop(cast: Cast) -> None:
    asked = ask(cast)
    claim_next(queues=["sample"], worker="w1")
    job = cancel_job(job=asked, actor=cast.ben, keep=True)
    assert (job.state, job.keep_on_cancel) == ("running", True)
    assert job.cancel_requested_at is not None
    assert job.events.filter(data__message="Ben asked to stop.").exists()


def test_a_finished_job_stays_as_it_is_when_it_is_cancelled(cast: Cast) -> None:
    job = ask(cast)
    claim_next(queues=["sample"], worker="w1")
    finish_job(job_id=job.pk, attempt=1, state=Job.State.SUCCEEDED)
    assert cancel_job(job=job, actor=cast.ben).state == "succeeded"


def test_a_retry_is_a_new_job_that_asks_for_the_same_and_names_the_old_one(cast: Cast) -> None:
    old = cancel_job(job=ask(cast, params={"count": 4}), actor=cast.ben)
    new = retry_job(job=old, actor=cast.ada)
    assert new.pk != old.pk
    assert (new.retry_of, new.params, new.seed, new.requested_by) == (old, old.params, old.seed, cast.ada)
    assert retry_job(job=old, actor=cast.ada).pk == new.pk


def test_only_a_job_that_failed_or_was_cancelled_can_be_retried(cast: Cast) -> None:
    with pytest.raises(Conflict):
        retry_job(job=ask(cast), actor=cast.ben)


def test_a_programs_key_is_none_that_the_studio_makes(cast: Cast, client: Client) -> None:
    failed = cancel_job(job=ask(cast), actor=cast.ben)
    _token, text = issue_token(workspace=cast.acme, user=cast.ben, name="t", scopes=["jobs"])
    body = {"project": cast.project.slug, "generator": "dummy", "kind": "sample", "params": {"count": 1}}

    def post(key: str, **changes: Any) -> Any:
        headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": key}
        return client.post("/api/v1/jobs", body | changes, "application/json", headers=headers)

    key = f"retry:{failed.pk}"
    first = post(key)
    assert (first.status_code, post(key).json()["id"]) == (202, first.json()["id"])
    refused = post(key, priority=1)
    assert (refused.status_code, f"key {key} was" in refused.json()["message"]) == (409, True)
    assert retry_job(job=failed, actor=cast.ben).retry_of == failed
    assert post("k" * 120).json()["id"] == post("k" * 120).json()["id"]


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_a_job_without_its_data_says_what_to_choose(cast: Cast, kind: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        ask(cast, generator="text-lm", kind=kind, params={})
    assert refused.value.message == (
        f"A job of the kind {kind} needs data, and none is given. Choose a version of a data set that text-lm reads, "
        "of the kind: text."
    )


def test_params_that_do_not_fit_are_said_in_the_words_of_the_forms(cast: Cast) -> None:
    with pytest.raises(Unprocessable) as refused:
        ask(cast, generator="text-lm", kind="sample", params={"variants": 99, "seeds": 1})
    assert refused.value.fields == {
        "params.product": "This field is required.",
        "params.variants": "Ensure this value is less than or equal to 16.",
        "params.seeds": "There is no input of this name. Leave it out.",
    }
