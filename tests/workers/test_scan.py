"""A scan for personal data, from the job to the row, by a real host."""

import json
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.models import PersonalDataScan, Record
from brandkiln.jobs.models import Job
from brandkiln.jobs.personal_data import submit_scan

from tests.factories import DatasetVersionFactory
from workers.runner import Runner


@pytest.mark.django_db(transaction=True)
def test_a_scan_ends_in_a_row_with_masked_examples_and_a_file_of_places(
    tmp_path: Path, settings: Any
) -> None:
    settings.CACHE = tmp_path / "cache"
    version = DatasetVersionFactory(dataset__kind="text", record_count=2)
    for position, text in enumerate(("Write to ann@example.com.", "Nothing here.")):
        Record.objects.create(version=version, position=position, sha256="0" * 64, split="train", text=text)
    job = submit_scan(version=version, actor=None)
    runner = Runner("w1", queues=["train"])
    try:
        runner.work_until_empty()
    finally:
        runner.close()
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.error_message) == ("succeeded", "")
    scan = PersonalDataScan.objects.get(version=version)
    (found,) = scan.summary["found"]
    assert (found["kind"], found["count"], found["examples"]) == ("email", 1, ["a••@e••••••.com"])
    assert scan.spans is not None
    (line,) = b"".join(store.chunks(scan.spans)).decode().splitlines()
    assert json.loads(line)["start"] == 9
    said = json.dumps(job.result) + job.message + "".join(str(event.data) for event in job.events.all())
    assert "ann@" not in said
