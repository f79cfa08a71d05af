"""The check is a job like any other: it follows every new version, can be stopped, and writes at its very end."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from brandkiln.datasets.models import Finding, QualityReport
from brandkiln.jobs.checks import submit_check
from brandkiln.jobs.claims import claim_next
from brandkiln.jobs.models import Job

from tests.brandkiln.datasets.checks.versions import image_line, picture, version_of
from tests.factories import UserFactory
from workers.check_work import check, then_check
from workers.reporter import Reporter
from workers.runner import Runner

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Any:
    return version_of("image", [image_line(picture(1)), image_line(picture(1)), image_line(picture(2))])


def test_a_check_writes_what_it_found_when_the_job_ends(version: Any) -> None:
    job = submit_check(version=version, actor=None)
    Runner("w1", queues=["platform"]).work_until_empty()
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"found": {"exact_duplicate": 2}})
    assert Finding.objects.filter(version=version).count() == 2


def test_one_check_at_a_time_is_asked_for(version: Any) -> None:
    first = submit_check(version=version, actor=None)
    assert submit_check(version=version, actor=UserFactory()).pk == first.pk
    Runner("w1", queues=["platform"]).work_until_empty()
    assert submit_check(version=version, actor=None).pk != first.pk


def test_a_new_version_is_checked_once(version: Any) -> None:
    maker = Job.objects.create(
        workspace=version.workspace, project=version.dataset.project, kind="ingest", queue="platform"
    )
    for _ in range(2):
        then_check(version)(maker)
    assert Job.objects.filter(kind="check").count() == 1
    QualityReport.objects.create(version=version, workspace=version.workspace)
    Job.objects.filter(kind="check").delete()
    version.refresh_from_db()
    then_check(version)(maker)
    assert Job.objects.filter(kind="check").count() == 0


def test_a_cancelled_check_leaves_nothing(version: Any, tmp_path: Path) -> None:
    submit_check(version=version, actor=None)
    job = claim_next(queues=["platform"], worker="w1")
    assert job is not None
    reporter = Reporter(job, scratch=tmp_path, stopping=Event())
    reporter._stop = "cancel"
    assert check(job, reporter).state == "cancelled"
    assert not Finding.objects.filter(version=version).exists()


def test_a_version_that_is_gone_is_not_checked(version: Any) -> None:
    job = submit_check(version=version, actor=None)
    version.delete()
    Runner("w1", queues=["platform"]).work_until_empty()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "gone")
