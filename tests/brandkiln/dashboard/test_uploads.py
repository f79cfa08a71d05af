"""The look before files with rows are read, and what the plain form does."""

import io
import wave

import pytest
from brandkiln.datasets.ingest import ingest_upload
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.datasets.services import receive_files
from brandkiln.jobs.models import Job
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory

ROWS = b"Woche;Preis\n1;3,5\n2;4,5\n"


def received(dataset: Dataset, **files: bytes) -> Upload:
    named = [SimpleUploadedFile(name.replace("_", "."), data) for name, data in files.items()]
    return receive_files(dataset=dataset, files=named, actor=None)


def test_a_table_is_looked_at_before_it_is_read(ben: Client, dataset: Dataset) -> None:
    file = SimpleUploadedFile("sales.csv", ROWS)
    answer = ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": file})
    upload = Upload.objects.get()
    assert answer["Location"] == f"/w/acme/uploads/{upload.pk}/"
    assert not Job.objects.exists()
    shown = ben.get(answer["Location"]).content.decode()
    for found in ("As found: UTF-8", "As found: semicolon ;", "Woche", "Preis"):
        assert found in shown


def test_pictures_go_straight_on_to_their_job(ben: Client, cast: Cast) -> None:
    dataset = DatasetFactory(project=cast.project, kind="image")
    files = [SimpleUploadedFile("a.png", b"a"), SimpleUploadedFile("b.png", b"b")]
    answer = ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": files})
    assert answer["Location"] == f"/w/acme/jobs/{Job.objects.get().pk}/"
    assert Upload.objects.get().files.count() == 2


def test_a_correction_is_shown_at_once_and_kept_for_the_reading(ben: Client, dataset: Dataset) -> None:
    upload = received(dataset, sales_csv=ROWS)
    corrected = {"encoding": "utf-8", "delimiter": ",", "has_header": "no"}
    fragment = ben.get(f"/w/acme/uploads/{upload.pk}/", corrected, headers={"HX-Request": "true"})
    shown = fragment.content.decode()
    assert shown.lstrip().startswith("<form")
    assert "Woche;Preis" in shown
    answer = ben.post(f"/w/acme/uploads/{upload.pk}/read/", corrected)
    job = Job.objects.get()
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert job.upload.options == {"encoding": "utf-8", "delimiter": ",", "has_header": False}


def test_a_correction_that_fits_no_file_is_said_on_the_page(ben: Client, dataset: Dataset) -> None:
    upload = received(dataset, sales_csv=ROWS)
    wrong = {"encoding": "utf-8", "label_column": "Month"}
    answer = ben.get(f"/w/acme/uploads/{upload.pk}/", wrong)
    assert answer.status_code == 422
    assert "Month" in answer.content.decode()


def test_several_tables_are_looked_at_one_by_one(ben: Client, dataset: Dataset) -> None:
    upload = received(dataset, a_csv=ROWS, b_csv=b"day,sold\n2024-01-01,3\n")
    second = upload.files.get(name="b.csv")
    shown = ben.get(f"/w/acme/uploads/{upload.pk}/", {"file": str(second.pk)}).content.decode()
    assert "sold" in shown
    assert "Read all 2 files so" in shown


def test_files_are_added_to_the_version_that_the_form_names(ben: Client, dataset: Dataset) -> None:
    version = DatasetVersionFactory(dataset=dataset, number=1)
    file = SimpleUploadedFile("sales.csv", ROWS)
    ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": file, "base": str(version.pk)})
    assert Upload.objects.get().base == version


@pytest.mark.parametrize("base", ["gone", "00000000-0000-0000-0000-000000000000"])
def test_a_version_that_is_gone_can_not_be_added_to(ben: Client, dataset: Dataset, base: str) -> None:
    file = SimpleUploadedFile("sales.csv", ROWS)
    answer = ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": file, "base": base})
    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_sounds_become_records_that_can_be_heard(ben: Client, cast: Cast) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(range(256)) * 40)
    dataset = DatasetFactory(project=cast.project, kind="audio")
    files = [SimpleUploadedFile("hello.wav", sound.getvalue())]
    ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": files})
    version = ingest_upload(Upload.objects.get(), report_progress=lambda *_: None)
    record = version.records.select_related("artifact").get()
    assert record.artifact.media_type == "audio/wav"
    shown = ben.get(f"/w/acme/data/{dataset.pk}/versions/1/").content.decode()
    assert f'src="/w/acme/files/{record.artifact_id}/"' in shown
    heard = ben.get(f"/w/acme/files/{record.artifact_id}/")
    assert heard["Content-Type"] == "audio/wav"
    heard.close()
