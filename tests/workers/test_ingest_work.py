"""An import fetches, then reads, or leaves rows to somebody who looks at them first."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.imports import begin_import
from brandkiln.datasets.models import DatasetVersion, Upload
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_import

from tests.factories import DatasetFactory
from workers.runner import Runner

pytestmark = pytest.mark.django_db(transaction=True)


def run_import(look: bool) -> Job:
    upload = begin_import(dataset=DatasetFactory(kind="table"), place="tables", path="", actor=None)
    job = submit_import(upload=upload, place="tables", path="", actor=None, look=look)
    runner = Runner("test", queues=["platform"])
    runner.work_until_empty()
    runner.close()
    job.refresh_from_db()
    return job


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "sales.csv").write_bytes(b"day,sold\n2024-01-01,3\n2024-01-02,4\n")
    settings.IMPORT_FOLDERS = [str(folder)]
    settings.SCRATCH = tmp_path / "scratch"


def test_an_import_becomes_a_version() -> None:
    job = run_import(look=False)
    assert job.state == Job.State.SUCCEEDED, job.error_message
    assert job.result["dataset_version"] == str(DatasetVersion.objects.get().pk)


def test_rows_wait_for_a_look_where_somebody_asked_for_it() -> None:
    job = run_import(look=True)
    upload = Upload.objects.get()
    assert (job.state, job.result) == (Job.State.SUCCEEDED, {"upload": str(upload.pk)})
    assert upload.state == Upload.State.RECEIVED
    assert not DatasetVersion.objects.exists()
