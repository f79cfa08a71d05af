"""Files arrive in pieces: cut, replayed, reordered, over quota, onto a full disk, in two tabs, damaged."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.streaming import CutOff
from brandkiln.datasets import arriving
from brandkiln.datasets.gathering import drop_abandoned
from brandkiln.datasets.models import Dataset, Upload, UploadFile
from brandkiln.datasets.parts import folder, locked_part, part_path
from brandkiln.datasets.quotas import stored_bytes
from brandkiln.jobs.models import Job
from brandkiln.jobs.retention import keep_house
from brandkiln.workspaces.models import AuditEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.brandkiln.dashboard.sending import ROWS, TUS, announce, begin, offset_of, send
from tests.factories import Cast, DatasetFactory


def test_a_file_arrives_in_pieces_and_becomes_an_artifact(
    ben: Client, arriving_file: tuple[dict[str, str], str]
) -> None:
    upload, address = arriving_file
    assert offset_of(ben, address) == 0
    assert send(ben, address, ROWS[:100])["Upload-Offset"] == "100"
    assert offset_of(ben, address) == 100
    answer = send(ben, address, ROWS[100:], 100, Upload_Sha256=hashlib.sha256(ROWS).hexdigest())
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(ROWS)))
    file = UploadFile.objects.get()
    assert b"".join(store.chunks(file.artifact)) == ROWS
    assert list(folder().iterdir()) == []
    answer = ben.post(upload["finish"])
    assert answer.json() == {"address": f"/w/acme/uploads/{file.upload_id}/"}
    assert Upload.objects.get().state == Upload.State.RECEIVED
    assert AuditEntry.objects.get(action="upload.received").data["files"][0]["name"] == "sales.csv"


def test_many_files_become_one_upload_with_their_paths(ben: Client, cast: Cast) -> None:
    upload = begin(ben, DatasetFactory(project=cast.project, kind="image"))
    names = ["shoes/1.png", "bags/1.png", "../../etc/passwd.png"]
    addresses = announce(ben, upload, *[(name, 3) for name in names])
    for address in reversed(addresses):
        assert send(ben, address, b"png").status_code == 204
    answer = ben.post(upload["finish"])
    job = Job.objects.get(kind="ingest")
    assert answer.json() == {"address": f"/w/acme/jobs/{job.pk}/"}
    assert [file.name for file in job.upload.files.all()] == ["shoes/1.png", "bags/1.png", "etc/passwd.png"]
    assert job.upload.filename == "3 files"
    assert ben.post(upload["finish"]).json() == answer.json()
    assert Job.objects.filter(kind="ingest").count() == 1


def test_files_that_hold_nothing_are_not_sent_and_stay_in_the_report(ben: Client, cast: Cast) -> None:
    upload = begin(ben, DatasetFactory(project=cast.project, kind="text"))
    said = {"files": [{"name": "a.txt", "size": 4}], "empty": ["notes/empty.txt"]}
    answer = ben.post(upload["files"], json.dumps(said), "application/json")
    [file] = answer.json()["files"]
    assert send(ben, file["address"], b"Fine").status_code == 204
    ben.post(upload["finish"])
    assert Upload.objects.get().report == {"empty": ["notes/empty.txt"]}


def test_a_piece_that_was_sent_before_or_comes_too_early_is_refused(
    ben: Client, arriving_file: tuple[dict[str, str], str]
) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    replayed, early = send(ben, address, ROWS[:100]), send(ben, address, ROWS[200:300], 200)
    assert (replayed.status_code, early.status_code) == (409, 409)
    assert "ends at 100" in early.json()["message"]
    assert part_path(UploadFile.objects.get().pk).read_bytes() == ROWS[:100]


def test_a_cut_connection_keeps_what_arrived(
    ben: Client, arriving_file: tuple[dict[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(request: Any) -> Any:
        yield request.read(150)
        raise CutOff

    _, address = arriving_file
    with monkeypatch.context() as patched:
        patched.setattr("brandkiln.datasets.tus.body_pieces", cut)
        assert send(ben, address, ROWS).status_code == 400
    assert offset_of(ben, address) == 150
    assert send(ben, address, ROWS[150:], 150).status_code == 204
    assert b"".join(store.chunks(UploadFile.objects.get().artifact)) == ROWS


def test_bytes_that_were_not_marked_when_a_server_was_killed_do_not_count(
    ben: Client, arriving_file: tuple[dict[str, str], str]
) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    with part_path(UploadFile.objects.get().pk).open("ab") as part:
        part.write(b"half a piece")
    assert offset_of(ben, address) == 100
    send(ben, address, ROWS[100:], 100)
    assert b"".join(store.chunks(UploadFile.objects.get().artifact)) == ROWS


def test_a_part_that_was_lost_begins_anew(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    part_path(UploadFile.objects.get().pk).unlink()
    assert send(ben, address, ROWS[100:], 100).status_code == 409
    assert offset_of(ben, address) == 0
    assert send(ben, address, ROWS).status_code == 204


def test_two_tabs_cannot_send_one_file_at_once(
    ben: Client, arriving_file: tuple[dict[str, str], str]
) -> None:
    _, address = arriving_file
    with locked_part(UploadFile.objects.get().pk):
        answer = send(ben, address, ROWS)
    assert (answer.status_code, answer.json()["code"]) == (423, "busy")
    assert send(ben, address, ROWS).status_code == 204


def test_more_than_was_announced_is_refused(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    assert send(ben, address, ROWS, 100).status_code == 413
    assert offset_of(ben, address) == 100


def test_more_than_a_request_said_is_refused_and_nothing_of_it_kept(
    ben: Client, arriving_file: tuple[dict[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    with monkeypatch.context() as patched:
        patched.setattr("brandkiln.datasets.tus.body_pieces", lambda request: iter([ROWS[100:], b"more"]))
        assert send(ben, address, b"x", 100).status_code == 413
    assert offset_of(ben, address) == 100
    assert part_path(UploadFile.objects.get().pk).stat().st_size == 100


def test_a_file_over_the_limit_is_refused_when_it_is_announced(
    ben: Client, dataset: Dataset, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 2**20
    said = json.dumps({"files": [{"name": "a.csv", "size": 2**20 + 1}]})
    answer = ben.post(begin(ben, dataset)["files"], said, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_files_over_the_quota_are_refused_when_they_are_announced(
    ben: Client, dataset: Dataset, cast: Cast, settings: Any
) -> None:
    settings.WORKSPACE_QUOTA = 1000
    announce(ben, begin(ben, dataset), ("a.csv", 600))
    said = json.dumps({"files": [{"name": "b.csv", "size": 600}]})
    answer = ben.post(begin(ben, dataset)["files"], said, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "over_quota")
    assert stored_bytes(cast.acme) == 600


def test_a_full_disk_keeps_what_was_marked_and_is_said(
    ben: Client, arriving_file: tuple[dict[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(part: Any, piece: bytes) -> None:
        part.write(piece[:10])
        raise OSError(28, "No space left on device")

    _, address = arriving_file
    send(ben, address, ROWS[:100])
    with monkeypatch.context() as patched:
        patched.setattr("brandkiln.datasets.parts._write", no_space)
        answer = send(ben, address, ROWS[100:], 100)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert part_path(UploadFile.objects.get().pk).stat().st_size == 100
    assert send(ben, address, ROWS[100:], 100).status_code == 204


def test_a_disk_that_is_full_is_said_before_a_byte_is_taken(
    ben: Client, dataset: Dataset, settings: Any
) -> None:
    settings.DISK_RESERVE = 2**60
    said = json.dumps({"files": [{"name": "b.csv", "size": 600}]})
    answer = ben.post(begin(ben, dataset)["files"], said, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert not UploadFile.objects.exists()


def test_a_whole_file_with_another_hash_is_thrown_away_and_sent_again(
    ben: Client, arriving_file: tuple[dict[str, str], str]
) -> None:
    _, address = arriving_file
    answer = send(ben, address, ROWS[::-1], Upload_Sha256=hashlib.sha256(ROWS).hexdigest())
    assert (answer.status_code, answer.json()["code"]) == (460, "wrong_checksum")
    assert offset_of(ben, address) == 0
    assert list(folder().iterdir()) == []
    assert UploadFile.objects.get().artifact is None
    assert send(ben, address, ROWS, Upload_Sha256=hashlib.sha256(ROWS).hexdigest()).status_code == 204


def test_a_damaged_piece_is_not_kept(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    _, address = arriving_file
    right = "sha256 " + base64.b64encode(hashlib.sha256(ROWS[:100]).digest()).decode()
    assert send(ben, address, b"x" * 100, Upload_Checksum=right).status_code == 460
    assert offset_of(ben, address) == 0
    assert send(ben, address, ROWS[:100], Upload_Checksum=right).status_code == 204
    assert send(ben, address, b"x", 100, Upload_Checksum="crc32 AAAA").status_code == 400


def test_finishing_waits_for_every_file(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    upload, address = arriving_file
    send(ben, address, ROWS[:100])
    answer = ben.post(upload["finish"])
    assert answer.status_code == 409
    assert '"sales.csv" has 100 of' in answer.json()["message"]


def test_a_server_that_ended_between_the_last_piece_and_the_artifact_loses_nothing(
    ben: Client, arriving_file: tuple[dict[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, address = arriving_file
    with monkeypatch.context() as patched:
        patched.setattr(arriving, "_complete_if_whole", lambda file, sha256: None)
        send(ben, address, ROWS)
    assert UploadFile.objects.get().artifact is None
    assert ben.post(upload["finish"]).status_code == 202
    assert b"".join(store.chunks(UploadFile.objects.get().artifact)) == ROWS


def test_giving_up_leaves_nothing_behind(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    upload, address = arriving_file
    send(ben, address, ROWS[:100])
    assert ben.post(upload["give_up"]).status_code == 302
    assert not Upload.objects.exists()
    assert list(folder().iterdir()) == []
    assert send(ben, address, ROWS[100:], 100).status_code == 404
    assert list(folder().iterdir()) == []


def test_one_file_is_given_up_as_tus_says(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    _, address = arriving_file
    send(ben, address, ROWS[:100])
    assert ben.delete(address, headers=TUS).status_code == 204
    assert not UploadFile.objects.exists()
    assert list(folder().iterdir()) == []


def test_abandoned_uploads_are_dropped_and_living_ones_stay(ben: Client, dataset: Dataset) -> None:
    old, living = begin(ben, dataset), begin(ben, dataset)
    [gone] = announce(ben, old, ("old.csv", 10))
    [stays] = announce(ben, living, ("new.csv", 10))
    send(ben, gone, b"12345")
    send(ben, stays, b"12345")
    Upload.objects.filter(filename="old.csv").update(expires_at=timezone.now() - timedelta(days=1))
    assert drop_abandoned() == 1
    assert [file.name for file in UploadFile.objects.all()] == ["new.csv"]
    assert len(list(folder().iterdir())) == 1


def test_whole_files_of_an_abandoned_upload_are_deleted_too(ben: Client, dataset: Dataset) -> None:
    upload = begin(ben, dataset)
    whole, cut = announce(ben, upload, ("whole.csv", 5), ("cut.csv", 5))
    send(ben, whole, b"whole")
    send(ben, cut, b"cu")
    path = store.local_path(UploadFile.objects.get(name="whole.csv").artifact)
    Upload.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert keep_house().abandoned == 1
    assert not path.exists()


def test_tus_clients_create_files_and_hear_what_the_server_can(ben: Client, dataset: Dataset) -> None:
    upload = begin(ben, dataset)
    able = ben.options(upload["files"])
    assert (able.status_code, able["Tus-Version"]) == (204, "1.0.0")
    assert {"creation", "checksum", "termination", "expiration"} <= set(able["Tus-Extension"].split(","))
    name = base64.b64encode("stores/süd.csv".encode()).decode()
    headers = TUS | {"Upload-Length": str(len(ROWS)), "Upload-Metadata": f"relativePath {name}"}
    made = ben.post(upload["files"], headers=headers)
    assert made.status_code == 201
    assert "Upload-Expires" in made
    assert send(ben, made["Location"], ROWS).status_code == 204
    assert UploadFile.objects.get().name == "stores/süd.csv"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Offset": "0"}, 412),
        (TUS | {"Upload-Offset": "-1"}, 400),
        (TUS | {"Upload-Offset": "٣"}, 400),
        (TUS, 400),
    ],
)
def test_a_piece_without_its_headers_is_refused(
    ben: Client, arriving_file: tuple[dict[str, str], str], headers: dict[str, str], status: int
) -> None:
    _, address = arriving_file
    answer = ben.patch(address, b"x", "application/offset+octet-stream", headers=headers)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_a_piece_of_another_type_is_refused(ben: Client, arriving_file: tuple[dict[str, str], str]) -> None:
    _, address = arriving_file
    assert ben.patch(address, b"x", "text/csv", headers=TUS | {"Upload-Offset": "0"}).status_code == 415


def test_small_files_come_together_and_all_or_none_are_kept(ben: Client, cast: Cast) -> None:
    upload = begin(ben, DatasetFactory(project=cast.project, kind="image"))
    announce(ben, upload, ("a.png", 3), ("b.png", 3))
    first, second = UploadFile.objects.order_by("position")

    def bring(a: bytes, b: bytes, **more: str) -> Any:
        files = {str(first.pk): SimpleUploadedFile("file", a), str(second.pk): SimpleUploadedFile("file", b)}
        return ben.post(upload["bundle"], files | more)

    wrong_hash = {f"sha256-{second.pk}": "0" * 64}
    for answer in (bring(b"one", b"long"), bring(b"one", b"two", **wrong_hash)):
        assert answer.status_code in {409, 460}
        assert not UploadFile.objects.exclude(artifact=None).exists()
    assert bring(b"one", b"two").json() == {"kept": 2}
    assert bring(b"one", b"two").json() == {"kept": 0}
    second.refresh_from_db()
    assert b"".join(store.chunks(second.artifact)) == b"two"
    assert ben.post(upload["finish"]).status_code == 202
    assert bring(b"one", b"two").status_code in {200, 409}


def test_a_bundle_names_only_files_of_its_upload(ben: Client, dataset: Dataset) -> None:
    upload, other = begin(ben, dataset), begin(ben, dataset)
    announce(ben, other, ("a.csv", 3))
    files = {str(UploadFile.objects.get().pk): SimpleUploadedFile("file", b"one")}
    assert ben.post(upload["bundle"], files).status_code == 404
    assert ben.post(upload["bundle"], {"file": SimpleUploadedFile("file", b"one")}).status_code == 422
