"""What jobs on a checkpoint leave behind, in the transaction that ends them."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.jobs.checkpoints import record_checkpoint
from brandkiln.jobs.models import Checkpoint, CheckpointFile
from brandkiln.library.models import Asset

from tests.brandkiln.datasets.files import grey
from tests.brandkiln.jobs.test_checkpoints import write
from tests.factories import JobFactory
from tests.workers.test_generation import claimed, end, reporter_of, runner, text_sample
from workers.runner import Runner
from workers.verdicts import Outcome

__all__ = ["runner"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dummy")]


@pytest.fixture
def parent(tmp_path: Path) -> Checkpoint:
    return record_checkpoint(
        job=JobFactory(kind="train", state="succeeded"), folder=write(tmp_path / "parent")
    )


def working_on(parent: Checkpoint, kind: str, **params: Any) -> Any:
    return claimed(kind=kind, project=parent.project, checkpoint=parent, params=params)


def test_a_smaller_checkpoint_is_kept_with_its_figures(
    runner: Runner, parent: Checkpoint, tmp_path: Path
) -> None:
    job = working_on(parent, "compress", method="int8")
    reporter = reporter_of(job, tmp_path)
    folder = write(reporter.scratch / "checkpoint", weight=2)
    figures = {"before": {"bytes": 4.0}, "after": {"bytes": 1.0}}
    done = end(runner, job, reporter, Outcome("succeeded", result={"checkpoint": str(folder), **figures}))
    made = Checkpoint.objects.get(job=job)
    assert (done.state, done.result) == ("succeeded", figures)
    assert (made.parent, made.is_production, made.compression["after"]) == (parent, False, {"bytes": 1.0})


def test_an_onnx_file_is_kept_with_the_checkpoint(runner: Runner, parent: Checkpoint, tmp_path: Path) -> None:
    job = working_on(parent, "export")
    reporter = reporter_of(job, tmp_path)
    path = reporter.scratch / "model.onnx"
    path.write_bytes(b"onnx")
    result = {"files": {"onnx": str(path)}, "facts": {"opset": 20}}
    end(runner, job, reporter, Outcome("succeeded", result=result))
    file = CheckpointFile.objects.get()
    assert (file.checkpoint, file.role, file.facts, file.artifact.size) == (parent, "onnx", {"opset": 20}, 4)


def test_what_is_drawn_to_compare_stays_out_of_the_library(
    runner: Runner, parent: Checkpoint, tmp_path: Path
) -> None:
    job = working_on(parent, "compare", seed=1)
    reporter = reporter_of(job, tmp_path)
    for name in ("one.png", "two.png"):
        path = reporter.scratch / name
        path.write_bytes(grey(7))
        picture = {"media_type": "image/png", "text": None, "path": str(path)}
        reporter.on_message(text_sample("") | picture)
    end(runner, job, reporter, Outcome("succeeded", result={"samples": 2}))
    assert not Asset.objects.exists()
    assert [file.facts["seed"] for file in parent.files.order_by("position")] == [1, 1]


def test_texts_to_compare_stand_with_their_job_alone(
    runner: Runner, parent: Checkpoint, tmp_path: Path
) -> None:
    job = working_on(parent, "compare", seed=1)
    reporter = reporter_of(job, tmp_path)
    for text in ("one", "two"):
        reporter.on_message(text_sample(text))
    done = end(runner, job, reporter, Outcome("succeeded", result={"samples": 2}))
    assert done.result == {"texts": ["one", "two"]}
    assert not Asset.objects.exists()
    assert not parent.files.exists()
