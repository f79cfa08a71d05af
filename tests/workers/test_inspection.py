"""A job that is an inspection: laid out, run in the host, and what it found written in the transaction that ends it."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.clearance import DataForbidden
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import Effect
from brandkiln.jobs.services import cancel_job

from tests.factories import DatasetVersionFactory, JobFactory
from workers import studying
from workers.inspection import INSPECTIONS, Inspection, inspect
from workers.reporter import Reporter
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Callbacks, Request, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let scans be done by an inspection that notes what it is given and in which state the job is then."""
    told: list[Any] = []

    def keep(job: Job, summary: dict[str, Any], files: dict[str, Path]) -> Effect:
        told.append(("keep", summary, sorted(files)))
        return lambda moved: told.append(("effect", moved.state))

    monkeypatch.setitem(INSPECTIONS, Job.Kind.SCAN, Inspection("counting", keep))
    return told


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Job:
    version = DatasetVersionFactory()
    monkeypatch.setattr(studying, "materialise_version", lambda one: tmp_path / f"data-{one.number}")
    JobFactory(
        kind="scan", queue="train", generator="", project=version.dataset.project, dataset_version=version,
        params={"sample": 5}, seed=3,
    )  # fmt: skip
    claimed = claim_next(queues=["train"], worker="w1")
    assert claimed is not None
    return claimed


def do(job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> tuple[Job, Request]:
    """Let a runner do the job with a host that has this outcome."""
    asked: list[Request] = []

    def run(request: Request, **_: Any) -> Outcome:
        asked.append(request)
        return outcome

    runner = Runner("w1", queues=["train"])
    monkeypatch.setattr(runner.host, "run", run)
    runner.do(job)
    job.refresh_from_db()
    return job, asked[0]


def test_what_an_inspection_found_is_kept_in_the_transaction_that_ends_the_job(
    job: Job, kept: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = {"summary": {"people": 2}, "files": {"spans": str(tmp_path / "spans.jsonl")}}
    done, request = do(job, Outcome("succeeded", result=found), monkeypatch)
    assert (request.kind, request.generator, request.params, request.seed) == (
        "inspect",
        "counting",
        {"sample": 5},
        3,
    )
    assert request.data == tmp_path / f"data-{job.dataset_version.number}"  # type: ignore[union-attr]
    assert (done.state, done.result) == ("succeeded", {"people": 2})
    assert kept == [("keep", {"people": 2}, ["spans"]), ("effect", "succeeded")]


def test_a_refusal_of_an_inspection_keeps_nothing(
    job: Job, kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    done, _ = do(job, Outcome("refused", "bad_data", "There is nothing to count."), monkeypatch)
    assert (done.state, done.error_message, kept) == ("failed", "There is nothing to count.", [])


def test_an_inspection_that_somebody_cancels_keeps_nothing(
    job: Job, kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel_job(job=Job.objects.get(pk=job.pk), actor=None)
    monkeypatch.setattr(Reporter, "cancelled_by_person", True)
    done, _ = do(job, Outcome("cancelled", "cancelled", "Cancelled."), monkeypatch)
    assert (done.state, kept) == ("cancelled", [])


def test_an_attempt_that_was_given_to_somebody_else_writes_nothing(
    job: Job, kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    Job.objects.filter(pk=job.pk).update(attempt=2)
    done, _ = do(job, Outcome("succeeded", result={"summary": {}, "files": {}}), monkeypatch)
    assert (done.state, kept) == ("running", [("keep", {}, [])])


def test_an_inspection_of_a_version_that_is_gone_says_so(
    job: Job, kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    Job.objects.filter(pk=job.pk).update(dataset_version=None)
    runner = Runner("w1", queues=["train"])
    runner.do(Job.objects.get(pk=job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "gone")


def test_a_file_outside_the_scratch_folder_is_never_taken(tmp_path: Path) -> None:
    request = Request(job="1", kind="inspect", generator="counting", params={}, scratch=tmp_path / "scratch")
    watch = Watch(
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        request,
        Callbacks(lambda _: None, lambda: False, lambda: False, lambda: None, 1.0, None),
        memory_mb=None,
        grace_seconds=3.0,
    )
    from generators.messages import Result

    result = Result(status="succeeded", result={"summary": {}, "files": {"spans": "/etc/hostname"}})
    with pytest.raises(ValueError, match="scratch folder"):
        watch._check_paths(result)


@pytest.mark.django_db
def test_a_set_is_not_drawn_of_data_whose_terms_forbid_it_since(tmp_path: Path) -> None:
    version = DatasetVersionFactory(dataset__do_not_train=True)
    job = JobFactory(project=version.dataset.project, kind="augment", dataset_version=version)
    with pytest.raises(DataForbidden, match="do not train"):
        inspect(job, None, None, None)  # type: ignore[arg-type]  # nothing of them is asked
