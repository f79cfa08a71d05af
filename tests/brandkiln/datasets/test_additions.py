"""Files that add to a version keep what it has, in front and in its split."""

from collections.abc import Callable
from typing import Any

import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.ingest import UploadRefused, ingest_upload
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload
from brandkiln.datasets.services import receive_files
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.brandkiln.datasets.files import Ingest, grey, labelled_zip
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
Add = Callable[..., DatasetVersion]


@pytest.fixture
def dataset() -> Dataset:
    return DatasetFactory(kind="table")


def add(base: DatasetVersion, files: dict[str, bytes]) -> DatasetVersion:
    upload = receive_files(
        dataset=base.dataset,
        files=[SimpleUploadedFile(name, data) for name, data in files.items()],
        actor=None,
        base=base,
    )
    return ingest_upload(upload, split_seed=base.split_seed, report_progress=lambda *_: None)


def test_new_images_follow_the_old_ones_which_keep_their_bytes_and_splits(ingest: Ingest) -> None:
    base = ingest(labelled_zip(30), "a.zip", dataset=DatasetFactory(kind="image"))
    kept = list(base.records.values_list("name", "split", "sha256", "artifact_id"))
    artifacts = Artifact.objects.count()
    version = add(base, {"new1.png": grey(200, (9, 9)), "new2.png": grey(201, (9, 9))})
    assert (version.number, version.parent, version.record_count) == (2, base, 32)
    assert list(version.records.values_list("name", "split", "sha256", "artifact_id"))[:30] == kept
    assert [record.name for record in version.records.all()][30:] == ["new1.png", "new2.png"]
    assert version.report["added_to"] == {"version": 1, "records": 30}
    assert Artifact.objects.count() == artifacts + 4  # each picture, as it came and as it was read
    assert sum(version.counts["split"].values()) == 32


def test_rows_with_the_same_columns_are_added(ingest: Ingest, dataset: Dataset) -> None:
    base = ingest(b"day,sold\n2024-01-01,3\n2024-01-02,4\n", "a.csv", "table", dataset=dataset)
    version = add(base, {"b.csv": b"day,sold\n2024-01-03,5\n"})
    assert [record.fields["sold"] for record in version.records.all()] == [3, 4, 5]
    assert version.columns == base.columns


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"day,price\n2024-01-03,5\n", '"sold" is missing, "price" is new'),
        (b"day,sold\n2024-01-03,many\n", '"sold" holds whole there and text here'),
    ],
)
def test_rows_with_other_columns_are_refused_with_the_difference(
    ingest: Ingest, dataset: Dataset, data: bytes, said: str
) -> None:
    base = ingest(b"day,sold\n2024-01-01,3\n2024-01-02,4\n", "a.csv", "table", dataset=dataset)
    with pytest.raises(UploadRefused, match="can't be added to version 1") as refusal:
        add(base, {"b.csv": data})
    assert said in refusal.value.message
    assert dataset.versions.count() == 1


def test_files_cannot_add_to_a_version_of_another_data_set(ingest: Ingest, dataset: Dataset) -> None:
    base = ingest(labelled_zip(4), "a.zip")
    with pytest.raises(Unprocessable, match="same data set"):
        receive_files(dataset=dataset, files=[SimpleUploadedFile("b.csv", b"a")], actor=None, base=base)


def test_options_that_nothing_can_obey_are_refused_at_once(dataset: Dataset) -> None:
    bad: dict[str, Any] = {"encoding": "klingon"}
    with pytest.raises(Unprocessable, match="klingon"):
        receive_files(dataset=dataset, files=[SimpleUploadedFile("b.csv", b"a")], actor=None, options=bad)
    assert not Upload.objects.exists()
