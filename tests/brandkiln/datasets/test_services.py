"""Data sets are created once by name, and files are received as they are, under a harmless name."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.datasets.services import (
    create_dataset,
    delete_dataset,
    receive_files,
    receive_upload,
    safe_filename,
)
from brandkiln.workspaces.models import AuditEntry
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from tests.brandkiln.datasets.files import Ingest, grey, labelled_zip
from tests.factories import DatasetFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def create(project: Any, name: str, kind: str = "image") -> Dataset:
    return create_dataset(workspace=project.workspace, project=project, name=name, kind=kind, actor=None)


def test_a_data_set_is_created_and_audited() -> None:
    dataset = create(ProjectFactory(), "  Cafe\u0301 shoes ")
    assert dataset.name == "Caf\u00e9 shoes"
    assert AuditEntry.objects.get(action="dataset.created").subject == dataset.name


def test_a_name_is_given_once_in_a_project() -> None:
    project = ProjectFactory()
    create(project, "Shoes")
    with pytest.raises(Conflict) as refusal:
        create(project, "Shoes")
    assert "name" in refusal.value.fields
    assert create(ProjectFactory(), "Shoes").name == "Shoes"


@pytest.mark.parametrize(("name", "kind", "field"), [(" ", "image", "name"), ("Shoes", "sound", "kind")])
def test_what_makes_no_data_set_is_refused(name: str, kind: str, field: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        create(ProjectFactory(), name, kind)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("shoes.zip", "shoes.zip"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\shoes.zip", "shoes.zip"),
        ("../../shoes.zip", "shoes.zip"),
        ("cafe\u0301.csv", "caf\u00e9.csv"),
        ("a\x00b\r\n\u202egnp.zip", "abgnp.zip"),
        ("", "upload"),
        ("...", "upload"),
        ("\ud800.csv", "?.csv"),
        ("x" * 300 + ".jsonl", "x" * 249 + ".jsonl"),
    ],
)
def test_a_file_name_is_made_harmless(sent: str, kept: str) -> None:
    assert safe_filename(sent) == kept


def test_a_file_is_kept_as_it_came() -> None:
    file = SimpleUploadedFile("a.csv", b"x,y\n1,2\n")
    upload = receive_upload(dataset=DatasetFactory(), file=file, filename="up/a.csv", actor=None)
    assert (upload.filename, upload.state) == ("a.csv", Upload.State.RECEIVED)
    assert b"".join(store.chunks(upload.files.get().artifact)) == b"x,y\n1,2\n"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Unprocessable, match="is empty"):
        receive_upload(
            dataset=DatasetFactory(), file=SimpleUploadedFile("a.csv", b""), filename="a.csv", actor=None
        )


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_LIMIT = 2**20
    file = TemporaryUploadedFile("a.csv", "text/csv", 0, None)
    file.write(bytes(2**20 + 1))
    file.seek(0)
    file.size = 2**20 + 1
    with file, pytest.raises(Unprocessable, match="1 MiB"):
        receive_upload(dataset=DatasetFactory(), file=file, filename="a.csv", actor=None)
    assert not Upload.objects.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_that_were_chosen_together_become_one_upload(tmp_path: Path) -> None:
    files = [
        SimpleUploadedFile(name, grey(number)) for number, name in enumerate(["a.png", "A.PNG", "b.png"])
    ]
    upload = receive_files(dataset=DatasetFactory(), files=files, actor=None)
    with zipfile.ZipFile(store.local_path(upload.files.get().artifact)) as archive:
        assert archive.namelist() == ["a.png", "A (2).PNG", "b.png"]
        assert archive.read("b.png") == grey(2)
    assert upload.filename == "3 files.zip"


def test_one_chosen_file_stays_itself() -> None:
    upload = receive_files(dataset=DatasetFactory(), files=[SimpleUploadedFile("a.zip", b"PK")], actor=None)
    assert upload.filename == "a.zip"


def test_choosing_nothing_is_refused() -> None:
    with pytest.raises(Unprocessable, match="No file"):
        receive_files(dataset=DatasetFactory(), files=[], actor=None)


def test_a_data_set_is_deleted_with_its_versions(ingest: Ingest) -> None:
    version = ingest(labelled_zip(4), "a.zip")
    delete_dataset(dataset=version.dataset, actor=None)
    assert not Dataset.objects.exists()
