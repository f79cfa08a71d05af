"""Imports from the server: only admins see the places, browse them and start a job."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.jobs.models import Job
from django.test import Client

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory


@pytest.fixture
def dataset(cast: Cast, settings: Any, tmp_path: Path) -> Dataset:
    folder = tmp_path / "photos" / "spring"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"a")
    settings.IMPORT_FOLDERS = [str(tmp_path / "photos")]
    return DatasetFactory(project=cast.project, kind="image")


def test_an_admin_browses_a_place_and_imports_a_folder(ada: Client, dataset: Dataset) -> None:
    address = f"/w/acme/data/{dataset.pk}/import/"
    assert "photos" in ada.get(address).content.decode()
    assert "spring" in ada.get(address, {"place": "photos"}).content.decode()
    assert "a.png" in ada.get(address, {"place": "photos", "path": "spring"}).content.decode()
    answer = ada.post(address, {"place": "photos", "path": "spring"})
    job = Job.objects.get()
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert (job.kind, job.params["path"], job.upload.filename) == ("import", "spring", "photos/spring")
    assert "Unfinished" not in ada.get(f"/w/acme/data/{dataset.pk}/?uploads").content.decode()


def test_others_see_neither_the_link_nor_the_page(ada: Client, ben: Client, dataset: Dataset) -> None:
    files, address = f"/w/acme/data/{dataset.pk}/?uploads", f"/w/acme/data/{dataset.pk}/import/"
    assert address in ada.get(files).content.decode()
    assert address not in ben.get(files).content.decode()
    assert ben.get(address).status_code == 403
    assert ben.post(address, {"place": "photos", "path": ""}).status_code == 403
    assert not Job.objects.exists()


def test_a_wrong_path_is_said_on_the_page(ada: Client, dataset: Dataset) -> None:
    answer = ada.post(f"/w/acme/data/{dataset.pk}/import/", {"place": "photos", "path": "../etc"})
    assert answer.status_code == 422
    assert "leads out of the place" in answer.content.decode()
    assert not Upload.objects.exists()


def test_an_import_adds_to_the_version_that_the_form_names(ada: Client, dataset: Dataset) -> None:
    version = DatasetVersionFactory(dataset=dataset, number=1)
    form = {"place": "photos", "path": "", "base": str(version.pk)}
    ada.post(f"/w/acme/data/{dataset.pk}/import/", form)
    assert Upload.objects.get().base == version
