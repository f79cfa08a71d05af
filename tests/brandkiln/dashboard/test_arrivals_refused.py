"""What is refused of an upload leaves neither a row nor a byte behind."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.models import Dataset, Upload, UploadFile
from brandkiln.jobs.models import Job
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.brandkiln.dashboard.sending import ROWS, TUS, send


def state() -> str:
    """Return a hash of every row and every byte that an upload could leave behind."""
    seen = hashlib.sha256()
    for model in (Upload, UploadFile, Artifact, Job):
        for row in model.objects.order_by("pk").values_list("pk", flat=True):
            seen.update(f"{model.__name__} {row}".encode())
    for file in UploadFile.objects.order_by("pk"):
        seen.update(f"{file.received} {file.artifact_id} {file.sha256}".encode())
    for path in sorted(settings.SCRATCH.rglob("*")):
        seen.update(f"{path.name}".encode() + (path.read_bytes() if path.is_file() else b""))
    return seen.hexdigest()


REFUSED: dict[str, Callable[[Client, str, dict[str, str]], Any]] = {
    "replayed": lambda ben, file, upload: send(ben, file, ROWS[:100]),
    "reordered": lambda ben, file, upload: send(ben, file, ROWS[200:], 200),
    "too long": lambda ben, file, upload: send(ben, file, ROWS, 100),
    "damaged": lambda ben, file, upload: send(ben, file, b"x", 100, Upload_Checksum="sha256 AAAA"),
    "of another type": lambda ben, file, upload: ben.patch(file, b"x", "text/csv", headers=TUS),
    "without protocol": lambda ben, file, upload: ben.patch(file, b"x", "application/offset+octet-stream"),
    "over the limit": lambda ben, file, upload: ben.post(
        upload["files"], {"files": [{"name": "a", "size": 2**60}]}, "application/json"
    ),
    "empty": lambda ben, file, upload: ben.post(
        upload["files"], {"files": [{"name": "a", "size": 0}]}, "application/json"
    ),
    "no list": lambda ben, file, upload: ben.post(upload["files"], b'{"files": 1}', "application/json"),
    "half": lambda ben, file, upload: ben.post(upload["finish"]),
    "other base": lambda ben, file, upload: ben.post(
        upload["begin"], {"base": "00000000-0000-0000-0000-000000000000"}
    ),
    "strange bundle": lambda ben, file, upload: ben.post(
        upload["bundle"], {file.split("/")[-2]: SimpleUploadedFile("a", b"other")}
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_nothing_behind(
    ben: Client, dataset: Dataset, arriving_file: tuple[dict[str, str], str], what: str
) -> None:
    upload, address = arriving_file
    upload["begin"] = f"/w/acme/data/{dataset.pk}/uploads/"
    send(ben, address, ROWS[:100])
    before = state()
    assert 400 <= REFUSED[what](ben, address, upload).status_code < 500
    assert state() == before
