"""Data sets are created once by name, and files are received as they are, under a harmless name."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import Conflict, StudioError, Unprocessable
from brandkiln.datasets.filenames import free_path, safe_filename, safe_path
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.datasets.quotas import DiskFull, FileTooLarge, OverQuota, stored_bytes
from brandkiln.datasets.services import create_dataset, receive_files, receive_upload
from brandkiln.workspaces.models import AuditEntry
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from tests.brandkiln.datasets.files import grey
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
    with file, pytest.raises(FileTooLarge, match="1 MiB"):
        receive_upload(dataset=DatasetFactory(), file=file, filename="a.csv", actor=None)
    assert not Upload.objects.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_that_were_chosen_together_become_one_upload_and_stay_files() -> None:
    files = [
        SimpleUploadedFile(name, grey(number)) for number, name in enumerate(["a.png", "A.PNG", "b.png"])
    ]
    upload = receive_files(dataset=DatasetFactory(), files=files, actor=None)
    assert upload.filename == "3 files"
    kept = list(upload.files.all())
    assert [file.name for file in kept] == ["a.png", "A (2).PNG", "b.png"]
    assert b"".join(store.chunks(kept[2].artifact)) == grey(2)
    assert [file.received for file in kept] == [file.size for file in kept]


def test_one_chosen_file_stays_itself() -> None:
    upload = receive_files(dataset=DatasetFactory(), files=[SimpleUploadedFile("a.zip", b"PK")], actor=None)
    assert upload.filename == "a.zip"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("shoes/red/1.png", "shoes/red/1.png"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\photos\\a.png", "photos/a.png"),
        ("./a//b/./c.png", "a/b/c.png"),
        ("a\x00/b\r\n\u202e.png", "a/b.png"),
        ("cafe\u0301/e\u0301.png", "caf\u00e9/\u00e9.png"),
        ("..", "upload"),
        ("x" * 255 + "/" + "y" * 255 + "/" + "z" * 255 + "/" + "a" * 255 + "/b.png",
         "y" * 255 + "/" + "z" * 255 + "/" + "a" * 255 + "/b.png"),
    ],
)  # fmt: skip
def test_a_path_within_what_was_chosen_leads_nowhere_else(sent: str, kept: str) -> None:
    assert safe_path(sent) == kept


def test_two_files_of_one_name_get_two() -> None:
    taken: set[str] = set()
    assert [free_path(name, taken) for name in ["a/b.png", "A/B.png", "a/b", "a/b"]] == [
        "a/b.png", "A/B (2).png", "a/b", "a/b (2)",
    ]  # fmt: skip


def test_a_workspace_over_its_quota_takes_no_more_and_says_how_much_it_keeps(settings: Any) -> None:
    dataset = DatasetFactory()
    settings.WORKSPACE_QUOTA = 100
    receive_upload(dataset=dataset, file=SimpleUploadedFile("a.csv", b"x" * 60), filename="a.csv", actor=None)
    with pytest.raises(OverQuota, match="larger BRANDKILN_WORKSPACE_QUOTA_MB"):
        receive_upload(
            dataset=dataset, file=SimpleUploadedFile("b.csv", b"y" * 60), filename="b.csv", actor=None
        )
    assert stored_bytes(dataset.workspace) == 60
    assert Upload.objects.count() == 1


def test_a_full_disk_is_said_before_anything_is_kept(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE = 2**60
    with pytest.raises(DiskFull, match="Free some space") as refusal:
        receive_upload(
            dataset=DatasetFactory(), file=SimpleUploadedFile("a.csv", b"x"), filename="a.csv", actor=None
        )
    assert isinstance(refusal.value, StudioError)
    assert refusal.value.status == 507
    assert list((tmp_path / "scratch").iterdir()) == []


def test_choosing_nothing_is_refused() -> None:
    with pytest.raises(Unprocessable, match="No file"):
        receive_files(dataset=DatasetFactory(), files=[], actor=None)
