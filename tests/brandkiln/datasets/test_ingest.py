"""From an upload to a version: once, whole, and the same for the same content."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Arrival, Artifact
from brandkiln.artifacts.removal import remove_released
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets import ingest as ingest_module
from brandkiln.datasets import storing
from brandkiln.datasets.ingest import ReadingFailed, UploadRefused, ingest_upload
from brandkiln.datasets.materialise import materialise_version
from brandkiln.datasets.models import DatasetVersion, Record, Upload
from brandkiln.datasets.readers.limits import Limits, Refused
from brandkiln.datasets.services import receive_files
from brandkiln.jobs.retention import delete_bytes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from generators.data import TrainingData
from tests.brandkiln.datasets.files import Ingest, grey, image_bytes, labelled_zip, zip_bytes
from tests.factories import DatasetFactory


def test_a_zip_of_folders_becomes_a_labelled_version(ingest: Ingest) -> None:
    version = ingest(labelled_zip(40), "products.zip")
    assert version.number == 1
    assert version.record_count == 40
    assert version.labels == ["bags", "shoes"]
    assert version.counts == {
        "split": {"train": 32, "validation": 4, "test": 4},
        "label": {"bags": 20, "shoes": 20},
    }
    first = version.records.get(position=0)
    assert (first.name, first.label) == ("bags/0000.png", "bags")
    with store.open_artifact(first.artifact) as source:
        assert Image.open(io.BytesIO(source.read())).getextrema() == (0, 0)
    assert version.upload.state == Upload.State.INGESTED


def test_the_same_bytes_and_seed_give_the_same_hash_in_every_data_set(ingest: Ingest) -> None:
    data = labelled_zip(40)
    one, other = ingest(data, "a.zip"), ingest(data, "b.zip")
    assert one.sha256 == other.sha256
    assert ingest(data, "c.zip", seed=1).sha256 != one.sha256


def test_the_order_inside_a_zip_does_not_matter(ingest: Ingest) -> None:
    files = {f"{name}.png": grey(number) for number, name in enumerate("abcdef")}
    backwards = dict(reversed(files.items()))
    assert ingest(zip_bytes(files), "a.zip").sha256 == ingest(zip_bytes(backwards), "a.zip").sha256


def test_a_repeated_ingest_makes_no_second_version(receive: Callable[..., Upload]) -> None:
    upload = receive(labelled_zip(10), "a.zip")
    first = ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    again = ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    assert first == again
    assert DatasetVersion.objects.count() == 1
    assert Record.objects.count() == 10


def test_unchanged_content_is_said_and_used_again(ingest: Ingest, receive: Callable[..., Upload]) -> None:
    dataset = DatasetFactory(kind="image")
    first = ingest(labelled_zip(10), "a.zip", dataset=dataset)
    upload = receive(labelled_zip(10), "b.zip", dataset=dataset)
    said: list[str] = []
    version = ingest_upload(
        upload, split_seed=0, report_progress=lambda done, total, message: said.append(message)
    )
    assert version == first
    assert said[-1] == "The content is the same as version 1, so no new version was made."
    upload.refresh_from_db()
    assert upload.state == Upload.State.INGESTED
    assert upload.report["code"] == "unchanged"


def test_new_content_counts_the_number_up(ingest: Ingest) -> None:
    dataset = DatasetFactory(kind="image")
    ingest(labelled_zip(10), "a.zip", dataset=dataset)
    assert ingest(labelled_zip(11), "a.zip", dataset=dataset).number == 2


def test_bad_files_are_listed_and_the_good_ones_accepted(ingest: Ingest) -> None:
    version = ingest(
        zip_bytes({"a/good.png": grey(1), "a/bad.png": b"no image", "b/good.png": grey(2)}), "a.zip"
    )
    assert (version.report["accepted"], version.report["refused"]) == (2, 1)
    assert version.report["reasons"] == {"not_an_image": 1}
    assert version.report["faults"] == [
        {
            "where": "a/bad.png",
            "code": "not_an_image",
            "message": "This is no PNG, JPEG, WebP, GIF, TIFF or BMP image.",
        }
    ]


def test_a_refused_upload_keeps_the_reason_and_leaves_nothing_behind(
    receive: Callable[..., Upload], tmp_path: Path
) -> None:
    upload = receive(zip_bytes({"a.png": b"x", "b.png": b"y"}), "a.zip")
    with pytest.raises(UploadRefused, match="None of the 2 records could be used") as refusal:
        ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    upload.refresh_from_db()
    assert upload.state == Upload.State.REFUSED
    assert upload.report == refusal.value.report
    assert upload.report["refused"] == 2
    assert not DatasetVersion.objects.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_person_who_cancels_ends_the_reader(receive: Callable[..., Upload], tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stop

    upload = receive(labelled_zip(600), "a.zip")
    with pytest.raises(Stop):
        ingest_upload(upload, split_seed=0, report_progress=stop)
    assert list((tmp_path / "scratch").iterdir()) == []
    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED


@pytest.mark.parametrize("batch", [1, 7])
def test_files_enter_the_store_before_all_are_read(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    expected = ingest(labelled_zip(40), "a.zip")
    monkeypatch.setattr(storing, "BATCH", batch)
    version = ingest(labelled_zip(40), "a.zip")
    assert version.sha256 == expected.sha256
    stored = [one.records.values_list("artifact__sha256", flat=True) for one in (version, expected)]
    assert list(stored[0]) == list(stored[1])


def test_what_was_stored_before_a_refusal_is_removed_again(
    receive: Callable[..., Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH", 4)
    upload = receive(labelled_zip(40), "a.zip")

    def refuse(seen: Any, *_: Any) -> None:
        assert Artifact.objects.filter(media_type="image/png").count() == 40
        raise Refused("too_late", "Found out at the end.")

    monkeypatch.setattr(ingest_module, "leave_out_erased", refuse)
    with pytest.raises(UploadRefused, match="Found out at the end"):
        ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    remove_released()
    assert list(Artifact.objects.all()) == [file.artifact for file in upload.files.all()]


def test_what_a_killed_reading_stored_is_removed_unless_a_retry_refers_to_it(
    receive: Callable[..., Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH", 16)
    dataset = DatasetFactory(kind="image")
    killed = receive(labelled_zip(40), "a.zip", dataset=dataset)
    retried = receive(labelled_zip(20), "b.zip", dataset=dataset)
    with monkeypatch.context() as dead:
        dead.setattr(storing.Storing, "release", lambda _: None)  # a process that is killed tidies nothing
        dead.setattr(ingest_module, "_keep", Mock(side_effect=KeyboardInterrupt))
        for upload in (killed, retried):
            with pytest.raises(KeyboardInterrupt):
                ingest_upload(upload, split_seed=0, report_progress=lambda *_: None)
    version = ingest_upload(retried, split_seed=0, report_progress=lambda *_: None)
    assert Artifact.objects.filter(media_type="image/png").count() == 40
    Arrival.objects.update(created_at=timezone.now() - timedelta(days=2))
    delete_bytes()
    kept = {record.artifact for record in version.records.select_related("artifact")}
    assert set(Artifact.objects.filter(media_type="image/png")) == kept
    assert all(store.local_path(artifact).exists() for artifact in kept)
    assert not Arrival.objects.exists()


def test_large_images_get_a_thumbnail_and_small_ones_none(ingest: Ingest) -> None:
    large = image_bytes(Image.new("RGB", (600, 300), "red"))
    version = ingest(zip_bytes({"large.png": large, "small.png": grey(3)}), "a.zip")
    by_name = {record.name: record for record in version.records.all()}
    assert by_name["small.png"].thumbnail is None
    with store.open_artifact(by_name["large.png"].thumbnail) as source:
        thumbnail = Image.open(io.BytesIO(source.read()))
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (256, 128))


def test_the_report_counts_duplicates_and_conflicting_labels(ingest: Ingest) -> None:
    files = {"a/1.png": grey(1), "a/2.png": grey(1), "b/1.png": grey(1), "b/2.png": grey(2)}
    report = ingest(zip_bytes(files), "a.zip").report
    assert (report["duplicates"], report["label_conflicts"], report["unlabelled"]) == (2, 1, 0)
    assert report["width"] == {"min": 8, "median": 8, "max": 8}
    assert report["formats"] == {"PNG": 4}


def test_a_version_is_written_for_generators_as_they_read_it(ingest: Ingest) -> None:
    version = ingest(labelled_zip(30), "a.zip")
    folder = materialise_version(version)
    data = TrainingData.open(folder)
    assert (data.kind, data.sha256, data.labels) == ("image", version.sha256, ("bags", "shoes"))
    assert data.counts() == version.counts["split"]
    assert all(record.path and record.path.is_file() for record in data.records("train"))
    stamp = folder.stat().st_mtime_ns
    assert materialise_version(version) == folder
    assert folder.stat().st_mtime_ns == stamp


def test_a_folder_whose_files_are_gone_is_written_anew(ingest: Ingest) -> None:
    version = ingest(labelled_zip(10), "a.zip")
    folder = materialise_version(version)
    lines = (folder / "records.jsonl").read_text().splitlines()
    (folder / "records.jsonl").write_text(json.dumps(json.loads(lines[0]) | {"path": "/gone"}) + "\n")
    materialise_version(version)
    assert (folder / "records.jsonl").read_text().splitlines() == lines


def test_a_table_keeps_typed_values(ingest: Ingest) -> None:
    version = ingest(
        b"product,price,day,sold\nshoe,1.5,2024-01-31,true\nbag,2,2024-02-01,false\n", "a.csv", "table"
    )
    assert version.columns == [
        {"name": "product", "type": "text"},
        {"name": "price", "type": "decimal"},
        {"name": "day", "type": "date"},
        {"name": "sold", "type": "flag"},
    ]
    assert [record.fields for record in version.records.all()] == [
        {"product": "shoe", "price": 1.5, "day": "2024-01-31", "sold": True},
        {"product": "bag", "price": 2.0, "day": "2024-02-01", "sold": False},
    ]
    data = TrainingData.open(materialise_version(version))
    assert [column.name for column in data.columns] == ["product", "price", "day", "sold"]


def test_texts_come_with_labels_and_other_fields(ingest: Ingest) -> None:
    lines = b'{"text": "Great shoe", "label": "good", "stars": 5}\n{"text": "Bad bag", "label": "bad"}\n'
    version = ingest(lines, "a.jsonl", "text")
    first = version.records.get(position=0)
    assert (first.text, first.label, first.fields) == ("Great shoe", "good", {"stars": 5})
    record = next(iter(TrainingData.open(materialise_version(version)).records(first.split)))
    assert record.text in {"Great shoe", "Bad bag"}


def test_two_attempts_at_once_make_one_version(
    receive: Callable[..., Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = receive(labelled_zip(10), "a.zip")
    original = ingest_module._keep
    faster: list[DatasetVersion] = []

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(ingest_module, "_keep", original)
        faster.append(ingest_upload(upload, split_seed=0, report_progress=lambda *_: None))
        return original(*arguments)

    monkeypatch.setattr(ingest_module, "_keep", overtaken)
    assert ingest_upload(upload, split_seed=0, report_progress=lambda *_: None) == faster[0]
    assert DatasetVersion.objects.count() == 1


def test_a_full_disk_leaves_the_upload_to_be_read_again(receive: Callable[..., Upload]) -> None:
    upload = receive(b"a,b\n" + b"x,1\n" * 5000, "a.csv", "table")
    with pytest.raises(ReadingFailed, match="Free some space"):
        ingest_upload(
            upload, split_seed=0, report_progress=lambda *_: None, limits=Limits(written_bytes=1000)
        )
    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED
    assert ingest_upload(upload, split_seed=0, report_progress=lambda *_: None).record_count == 5000


def test_every_fault_is_counted_for_texts_in_another_alphabet(ingest: Ingest) -> None:
    version = ingest(
        "text,label\n运动鞋很舒服,好\n,坏\n手提包太小,坏\n".encode("gb18030"), "评论.csv", "text"
    )
    assert [record.text for record in version.records.all()] == ["运动鞋很舒服", "手提包太小"]
    assert version.labels == ["坏", "好"]
    assert version.report["reasons"] == {"empty_text": 1}


@pytest.mark.django_db
def test_an_empty_file_among_others_is_left_out_and_named_in_the_report() -> None:
    files = [SimpleUploadedFile(name, data) for name, data in (("a.txt", b"Fine"), ("empty.txt", b""))]
    upload = receive_files(dataset=DatasetFactory(kind="text"), files=files, actor=None)
    assert [file.name for file in upload.files.all()] == ["a.txt"]
    version = ingest_upload(upload, report_progress=lambda *_: None)
    assert (version.record_count, version.report["refused"], version.report["reasons"]) == (
        1,
        1,
        {"empty_file": 1},
    )
    assert version.report["faults"] == [
        {"where": "empty.txt", "code": "empty_file", "message": "The file is empty."}
    ]
    nothing = [SimpleUploadedFile(name, b"") for name in ("a.txt", "b.txt")]
    with pytest.raises(Unprocessable, match=r'"a\.txt" is empty'):
        receive_files(dataset=DatasetFactory(kind="text"), files=nothing, actor=None)
