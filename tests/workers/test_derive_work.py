"""A recipe as a job: it ends with the version, and done twice it has made one."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.derivations import submit_derivation, submit_return
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job

from tests.brandkiln.datasets.recipes.versions import make_version, texts
from workers.derive_work import derive
from workers.reporter import Reporter
from workers.runner import Runner

pytestmark = pytest.mark.django_db


@pytest.fixture
def runner(settings: Any, tmp_path: Path) -> Iterator[Runner]:
    settings.SCRATCH = tmp_path
    made = Runner("w1", queues=["platform"])
    yield made
    made.close()


def letters() -> DatasetVersion:
    return make_version("text", [{"text": letter} for letter in "abab"])


def work(runner: Runner, job: Job) -> Job:
    runner.work_until_empty()  # a new version is checked, too
    job.refresh_from_db()
    return job


def test_a_recipe_runs_as_a_job_and_its_result_names_the_version(runner: Runner) -> None:
    parent = letters()
    job = work(runner, submit_derivation(version=parent, recipe=[{"step": "drop_duplicates"}], actor=None))
    assert job.state == "succeeded", job.error_message
    version = DatasetVersion.objects.get(pk=job.result["dataset_version"])
    assert texts(version) == ["a", "b"]
    assert job.params["recipe"] == [{"step": "drop_duplicates", "keep": "first", "within_label": False}]
    assert version.split_rule["by"] == "keep"


def test_a_job_that_is_done_again_after_the_version_was_made_finds_it(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH = tmp_path
    job = submit_derivation(version=letters(), recipe=[{"step": "drop_duplicates"}], actor=None)
    results = []
    for _attempt in range(2):
        claim = claim_next(queues=["platform"], worker="w1")
        results.append(derive(claim or job, Reporter(job, scratch=tmp_path, stopping=Event())).result)
    assert results[0] == results[1]
    assert DatasetVersion.objects.count() == 2


def test_a_job_that_changes_nothing_says_so(runner: Runner) -> None:
    work(runner, submit_return(version=letters(), actor=None))
    newest = DatasetVersion.objects.get(number=2)
    job = work(runner, submit_return(version=newest, actor=None))
    assert job.result == {"dataset_version": str(newest.pk), "unchanged": True}
    assert job.message == "The content is the same as version 2, so no new version was made."


def test_a_recipe_that_leaves_nothing_fails_with_the_reason(runner: Runner) -> None:
    recipe = [{"step": "filter_length", "at_least": 5}]
    job = work(runner, submit_derivation(version=letters(), recipe=recipe, actor=None))
    assert (job.state, job.error_code) == ("failed", "unprocessable")
    assert job.error_message == "The recipe leaves no record of 4, so no version was made. Change a step."


def test_a_cancelled_job_makes_no_version(runner: Runner) -> None:
    job = submit_derivation(version=letters(), recipe=[{"step": "drop_duplicates"}], actor=None)
    claimed = claim_next(queues=["platform"], worker="w1")
    cancel_job(job=job, actor=None)
    runner.stopping.set()  # a test is faster than the pause between two looks at the request
    assert claimed is not None
    runner.do(claimed)
    job.refresh_from_db()
    assert job.state in {"cancelled", "queued"}
    assert DatasetVersion.objects.count() == 1
