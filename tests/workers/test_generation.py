"""What each outcome of the host means for a job, and where a training goes on."""

import os
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from brandkiln.core.errors import Conflict
from brandkiln.datasets.parts import FOLDER
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.guards import guard_of
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import cancel_job, finish_early
from brandkiln.library.models import Asset

from generators.tiny import tiny_data
from tests.brandkiln.jobs.test_checkpoints import write
from tests.factories import DatasetVersionFactory, JobFactory
from workers import generation
from workers import reporter as reporter_module
from workers.generation import _guarded_late, judge, last_saved
from workers.reporter import Reporter
from workers.runner import Runner
from workers.verdicts import Outcome
from workers.watch import Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dummy")]


@pytest.fixture
def runner() -> Any:
    made = Runner("w1", queues=["sample", "train"])
    yield made
    made.close()


def claimed(**fields: Any) -> Job:
    JobFactory(**fields)
    job = claim_next(queues=["sample", "train"], worker="w1")
    assert job is not None
    return job


def reporter_of(job: Job, folder: Path) -> Reporter:
    scratch = folder / str(job.attempt)
    scratch.mkdir(parents=True, exist_ok=True)
    return Reporter(job, scratch=scratch, stopping=Event())


def end(runner: Runner, job: Job, reporter: Reporter, outcome: Outcome) -> Job:
    return runner._end(job, judge(job, reporter, outcome), *reporter.rest())


def text_sample(text: str) -> dict[str, Any]:
    return {
        "type": "sample", "media_type": "text/plain", "path": None, "text": text, "label": None, "seed": 1,
        "name": "", "meta": {},
    }  # fmt: skip


def test_samples_become_assets_in_the_transaction_that_ends_the_job(runner: Runner, tmp_path: Path) -> None:
    job = claimed()
    reporter = reporter_of(job, tmp_path)
    for text in ("one", "two"):
        reporter.on_message(text_sample(text))
    assert Asset.objects.count() == 0
    done = end(runner, job, reporter, Outcome("succeeded", result={"samples": 2}))
    assert (done.state, done.result) == ("succeeded", {"samples": 2})
    assert list(Asset.objects.order_by("position").values_list("text", "attempt")) == [("one", 1), ("two", 1)]
    types = list(job.events.values_list("type", flat=True))
    assert types[-4:] == ["sample", "sample", "state", "end"]


def test_a_training_leaves_a_checkpoint(runner: Runner, tmp_path: Path) -> None:
    job = claimed(kind="train", queue="train")
    reporter = reporter_of(job, tmp_path)
    folder = write(reporter.scratch / "final")
    done = end(runner, job, reporter, Outcome("succeeded", result={"checkpoint": str(folder)}))
    kept = Checkpoint.objects.get(job=job)
    assert done.result["metrics"] == kept.metrics == {"loss": 0.5}
    assert job.events.get(type="saved").data == {"checkpoint": str(kept.pk)}


def test_an_evaluation_adds_to_the_measures_of_its_checkpoint(runner: Runner, tmp_path: Path) -> None:
    trained = claimed(kind="train", queue="train")
    reporter = reporter_of(trained, tmp_path / "a")
    folder = write(reporter.scratch / "final")
    end(runner, trained, reporter, Outcome("succeeded", result={"checkpoint": str(folder)}))
    job = claimed(kind="evaluate", queue="train", checkpoint=Checkpoint.objects.get())
    done = end(
        runner,
        job,
        reporter_of(job, tmp_path / "b"),
        Outcome(
            "succeeded",
            result={
                "metrics": {"error": 2.0},
                "about": {"extractor": "a network"},
                "guard": str(folder / "weights.safetensors"),
                "guard_facts": {"caught": 180.0},
            },
        ),
    )
    assert done.result == {"metrics": {"error": 2.0}, "about": {"extractor": "a network"}}
    assert Checkpoint.objects.get().metrics == {"loss": 0.5, "error": 2.0}
    guard = guard_of(Checkpoint.objects.get())
    assert guard is not None
    assert (guard.facts, guard.job) == ({"caught": 180.0}, job)


def test_a_refusal_fails_the_job_with_the_generators_own_words(runner: Runner, tmp_path: Path) -> None:
    job = claimed()
    outcome = Outcome("refused", "dataset_too_small", "Add 63 images.")
    done = end(runner, job, reporter_of(job, tmp_path), outcome)
    assert (done.state, done.error_code, done.error_message) == (
        "failed",
        "dataset_too_small",
        "Add 63 images.",
    )


def test_a_crash_fails_the_job_at_once_and_keeps_the_traceback(runner: Runner, tmp_path: Path) -> None:
    job = claimed()
    outcome = Outcome("crashed", "exception", "The dummy crashed.", "Traceback ...")
    done = end(runner, job, reporter_of(job, tmp_path), outcome)
    assert (done.state, done.attempt, done.error_detail) == ("failed", 1, "Traceback ...")


def test_a_killed_host_costs_an_attempt_and_the_last_one_fails(runner: Runner, tmp_path: Path) -> None:
    JobFactory(max_attempts=2)
    for state in ("queued", "failed"):
        job = claim_next(queues=["sample"], worker="w1")
        assert job is not None
        done = end(runner, job, reporter_of(job, tmp_path), Outcome("crashed", "killed", "It was killed."))
        assert (done.state, done.error_code) == (state, "killed")


def test_a_cancelled_training_keeps_its_last_checkpoint_if_the_person_chose_so(
    runner: Runner, tmp_path: Path
) -> None:
    for number, keep in enumerate((True, False)):
        job = claimed(kind="train", queue="train")
        reporter = reporter_of(job, tmp_path / str(number))
        reporter.on_message(
            {"type": "saved", "folder": str(write(reporter.scratch / "saved", weight=number))}
        )
        cancel_job(job=Job.objects.get(pk=job.pk), actor=None, keep=keep)
        reporter._stop = "finish" if keep else "cancel"
        done = end(runner, job, reporter, Outcome("cancelled"))
        assert done.state == "cancelled"
        assert Checkpoint.objects.filter(job=job).exists() == keep


def test_a_training_goes_on_from_the_newest_whole_checkpoint_of_an_earlier_attempt(tmp_path: Path) -> None:
    job = JobFactory(kind="train")
    for attempt in (1, 2):
        job.attempt = attempt
        reporter = reporter_of(job, tmp_path)
        folder = write(reporter.scratch / f"step-{attempt}", weight=attempt)
        reporter.on_message({"type": "saved", "folder": str(folder)})
    job.attempt = 3
    scratch = reporter_of(job, tmp_path).scratch
    assert last_saved(scratch) == tmp_path / "2" / "step-2"
    (tmp_path / "2" / "step-2" / "weights.safetensors").write_bytes(b"cut off")
    assert last_saved(scratch) == tmp_path / "1" / "step-1"


def test_a_failure_of_the_studio_itself_is_told_and_keeps_its_traceback(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workers.runner.generate", fail)
    job = claimed()
    runner.do(job)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "studio")
    assert "No space left on device" in job.error_message
    assert "Traceback" in job.error_detail


def test_the_scratch_folders_of_ended_jobs_are_removed(runner: Runner, settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH = tmp_path
    ended, alive = JobFactory(state="failed"), JobFactory()
    for name in (str(ended.pk), str(alive.pk), "ingest-of-somebody-else", "ingest-that-was-killed"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "ingest-that-was-killed", (0, 0))
    runner.clear_scratch()
    assert {path.name for path in tmp_path.iterdir()} == {str(alive.pk), "ingest-of-somebody-else"}


def test_what_a_killed_process_left_in_scratch_is_removed_after_days(
    runner: Runner, settings: Any, tmp_path: Path
) -> None:
    settings.SCRATCH = tmp_path
    new, old = tmp_path / "bulk-new", [tmp_path / name for name in ("bulk-old", "upload-old", "tmpold")]
    for folder in (new, *old):
        folder.mkdir()
    (tmp_path / "letter").write_text("left")
    parts = tmp_path / FOLDER
    parts.mkdir()
    for path in (*old, tmp_path / "letter", parts):
        os.utime(path, (0, 0))
    runner.clear_scratch()
    assert {path.name for path in tmp_path.iterdir()} == {"bulk-new", parts.name}


def test_the_scratch_folder_of_a_deleted_job_is_removed(
    runner: Runner, settings: Any, tmp_path: Path
) -> None:
    settings.SCRATCH = tmp_path
    job = JobFactory()
    (tmp_path / str(job.pk)).mkdir()
    (tmp_path / str(uuid4())).mkdir()
    runner.clear_scratch()
    assert [path.name for path in tmp_path.iterdir()] == [str(job.pk)]


def test_a_generator_that_stops_unasked_does_not_start_again_and_again(
    runner: Runner, tmp_path: Path
) -> None:
    job = claimed()
    done = end(runner, job, reporter_of(job, tmp_path), Outcome("cancelled"))
    assert (done.state, done.error_code) == ("failed", "protocol")
    assert "nobody had asked" in done.error_message


def test_a_job_of_a_stopped_worker_goes_back_without_costing_an_attempt(
    runner: Runner, tmp_path: Path
) -> None:
    job = claimed()
    reporter = reporter_of(job, tmp_path)
    reporter.stopping.set()
    done = end(runner, job, reporter, Outcome("cancelled"))
    assert (done.state, done.attempt, done.max_attempts) == ("queued", 1, 4)


def test_a_training_that_is_ended_early_succeeds_with_what_it_has(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tiny_data(tmp_path / "data", "text", records=8)
    monkeypatch.setattr(generation, "materialise_version", lambda _: data.folder)
    monkeypatch.setattr(reporter_module, "CANCEL_PAUSE_SECONDS", 0.0)
    version = DatasetVersionFactory()
    job = claimed(
        kind="train", queue="train", project=version.dataset.project, dataset_version=version,
        params={"steps": 100_000, "save_every": 100_000, "step_seconds": 0.01},
    )  # fmt: skip
    finish_early(job=Job.objects.get(pk=job.pk), actor=None)
    runner.do(job)
    job.refresh_from_db()
    assert job.state == "succeeded", job.error_message
    assert [notice["code"] for notice in job.result["notices"]] == ["ended_early"]
    assert Checkpoint.objects.filter(job=job).exists()


def test_what_a_stopped_training_leaves_gets_a_guard_of_its_own(tmp_path: Path) -> None:
    asked: list[Request] = []

    def run(request: Request, **callbacks: Any) -> Outcome:
        asked.append(request)
        assert callbacks["finishing"]()
        return Outcome("succeeded", result={"summary": {"caught": 6.0}, "files": {"guard": "g"}})

    job = JobFactory(kind="train", queue="train")
    reporter = reporter_of(job, tmp_path)
    request = Request(
        job="1", kind="train", generator="image-gan", params={}, scratch=tmp_path, data=tmp_path / "data"
    )
    host: Any = SimpleNamespace(run=run)
    stopped, failed, killed = Outcome("cancelled"), Outcome("crashed", "memory"), Outcome("crashed", "killed")
    assert _guarded_late(job, request, reporter, host, failed) == failed  # nothing was saved
    reporter.on_message({"type": "saved", "folder": str(write(reporter.scratch / "saved"))})
    assert _guarded_late(job, request, reporter, host, stopped) == stopped  # a person wants none of it
    assert _guarded_late(job, request, reporter, host, killed) == killed  # it goes on
    made = _guarded_late(job, request, reporter, host, failed)
    assert made == replace(failed, result={"guard": "g", "guard_facts": {"caught": 6.0}})
    assert [(one.kind, one.generator, one.checkpoint) for one in asked] == [
        ("inspect", "guard", reporter.saved)
    ]


def test_only_a_training_that_runs_can_be_ended_early() -> None:
    with pytest.raises(Conflict, match="Cancel it instead"):
        finish_early(job=JobFactory(kind="train", queue="train"), actor=None)


def test_a_training_that_fails_keeps_the_checkpoint_that_it_saved_last(
    runner: Runner, tmp_path: Path
) -> None:
    job = claimed(kind="train", queue="train")
    reporter = reporter_of(job, tmp_path)
    reporter.on_message({"type": "saved", "folder": str(write(reporter.scratch / "saved"))})
    done = end(runner, job, reporter, Outcome("refused", "disk", "The disk is full."))
    assert (done.state, done.error_message) == (
        "failed",
        "The disk is full. The checkpoint saved last is kept.",
    )
    assert Checkpoint.objects.filter(job=job).exists()
