"""Files over the API: in one request, or in pieces and then finished; options and additions come along."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.jobs.models import Job
from brandkiln.workspaces.services import issue_token
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory, make_cast

ROWS = b"day;sold\n2024-01-01;3\n"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def files_in_a_temporary_folder(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH = tmp_path / "scratch"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return DatasetFactory(project=cast.project, kind="table")


@pytest.fixture
def client(cast: Cast) -> Client:
    text = issue_token(workspace=cast.acme, user=cast.ben, name="t", scopes=["read", "write"])[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def begin(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/uploads", json.dumps(body, default=str), "application/json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_files_arrive_in_pieces_are_looked_at_and_read(client: Client, dataset: Dataset) -> None:
    said = {"name": "shop/sales.csv", "size": len(ROWS), "sha256": hashlib.sha256(ROWS).hexdigest()}
    upload = begin(client, dataset=dataset.pk, files=[said], options={"delimiter": ";"})
    [file] = upload["files"]
    assert (file["name"], file["received"], upload["state"]) == ("shop/sales.csv", 0, "receiving")
    for start, end in [(0, 5), (5, len(ROWS))]:
        headers = TUS | {"Upload-Offset": str(start)}
        assert client.patch(file["url"], ROWS[start:end], PIECE, headers=headers).status_code == 204
    assert client.head(file["url"], headers=TUS)["Upload-Offset"] == str(len(ROWS))
    look = client.get(f"{file['url']}/look?has_header=false").json()
    assert (look["delimiter"], look["has_header"], len(look["rows"])) == (";", False, 2)
    job = client.post(f"/api/v1/uploads/{upload['id']}/finish").json()
    assert job["kind"] == "ingest"
    assert client.post(f"/api/v1/uploads/{upload['id']}/finish").json()["id"] == job["id"]
    assert Job.objects.get().upload.options == {"delimiter": ";"}


def test_a_look_refuses_what_no_file_can_obey(client: Client, dataset: Dataset) -> None:
    upload = begin(client, dataset=dataset.pk, files=[{"name": "a.csv", "size": len(ROWS)}])
    [file] = upload["files"]
    assert client.get(f"{file['url']}/look").status_code == 409
    client.patch(file["url"], ROWS, PIECE, headers=TUS | {"Upload-Offset": "0"})
    assert client.get(f"{file['url']}/look?encoding=klingon").status_code == 422


def test_an_upload_that_does_not_fit_leaves_no_row(client: Client, dataset: Dataset) -> None:
    body = {"dataset": str(dataset.pk), "files": [{"name": "a.csv", "size": 2**50}]}
    answer = client.post("/api/v1/uploads", json.dumps(body), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not Upload.objects.exists()


def test_several_files_in_one_request_become_one_upload_with_its_options(
    client: Client, dataset: Dataset
) -> None:
    version = DatasetVersionFactory(dataset=dataset, number=1)
    files = [SimpleUploadedFile("a.csv", ROWS), SimpleUploadedFile("b.csv", ROWS)]
    form = {"file": files, "add_to": str(version.pk), "options": '{"has_header": false}'}
    answer = client.post(f"/api/v1/datasets/{dataset.pk}/uploads", form)
    assert answer.status_code == 202, answer.content
    upload = Upload.objects.get()
    assert (upload.base, upload.options, upload.files.count()) == (version, {"has_header": False}, 2)


@pytest.mark.parametrize("options", ["no JSON", '{"colour": "red"}', '{"encoding": "klingon"}'])
def test_options_that_make_no_sense_are_refused(client: Client, dataset: Dataset, options: str) -> None:
    form = {"file": SimpleUploadedFile("a.csv", ROWS), "options": options}
    answer = client.post(f"/api/v1/datasets/{dataset.pk}/uploads", form)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["options"])


def test_an_upload_is_given_up(client: Client, dataset: Dataset) -> None:
    upload = begin(client, dataset=dataset.pk, files=[{"name": "a.csv", "size": 5}])
    assert client.delete(f"/api/v1/uploads/{upload['id']}").status_code == 204
    assert client.get(f"/api/v1/uploads/{upload['id']}").status_code == 404
