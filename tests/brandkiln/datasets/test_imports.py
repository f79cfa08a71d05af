"""Imports read what the installation listed, below it and nowhere else, and from a bucket through S3."""

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.buckets import BucketFailed
from brandkiln.core.errors import NotFound, StudioError, Unprocessable
from brandkiln.datasets.imports import begin_import, fetch_import
from brandkiln.datasets.models import Dataset, Upload
from brandkiln.datasets.places import checked_path, find_place, places_of
from brandkiln.datasets.quotas import FileTooLarge, OverQuota

from tests.brandkiln.datasets.files import grey
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
OBJECTS = {"photos/a.png": b"a" * 10, "photos/shoes/b.png": b"b" * 20, "photos-secret/c.png": b"c"}


@pytest.fixture
def dataset() -> Dataset:
    return DatasetFactory(kind="image")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    (place / "shoes").mkdir(parents=True)
    (place / "a.png").write_bytes(grey(1))
    (place / "shoes" / "b.png").write_bytes(grey(2))
    (place / ".hidden").write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(grey(3))
    settings.IMPORT_FOLDERS = [str(place)]
    return place


def fetched(dataset: Dataset, place: str, path: str) -> Upload:
    upload = begin_import(dataset=dataset, place=place, path=path, actor=None)
    return fetch_import(upload=upload, place=place, path=path, report_progress=lambda *_: None)


def test_a_folder_becomes_an_upload_with_its_paths(dataset: Dataset, folder: Path) -> None:
    upload = fetched(dataset, "photos", "")
    assert (upload.state, upload.filename) == (Upload.State.RECEIVED, "2 files")
    assert [file.name for file in upload.files.all()] == ["a.png", "shoes/b.png"]
    assert b"".join(store.chunks(upload.files.get(position=1).artifact)) == grey(2)
    assert list(folder.glob("**/*.png")) != []


def test_a_folder_below_keeps_its_own_name_in_front(dataset: Dataset, folder: Path) -> None:
    assert [file.name for file in fetched(dataset, "photos", "shoes").files.all()] == ["shoes/b.png"]
    assert [file.name for file in fetched(dataset, "photos", "shoes/b.png").files.all()] == ["b.png"]


def test_a_second_attempt_goes_on_where_the_first_ended(dataset: Dataset, folder: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int, message: str) -> None:
        if done:
            raise Stop

    upload = begin_import(dataset=dataset, place="photos", path="", actor=None)
    with pytest.raises(Stop):
        fetch_import(upload=upload, place="photos", path="", report_progress=stop)
    first = upload.files.get()
    fetch_import(upload=upload, place="photos", path="", report_progress=lambda *_: None)
    assert upload.files.count() == 2
    assert upload.files.first() == first


@pytest.mark.parametrize(
    "path", ["..", "../secret.png", "shoes/../../secret.png", "/etc", "a\\b", "a\0b", "./a"]
)
def test_a_path_that_leads_out_is_refused(dataset: Dataset, folder: Path, path: str) -> None:
    with pytest.raises(Unprocessable, match="leads out"):
        begin_import(dataset=dataset, place="photos", path=path, actor=None)
    with pytest.raises(Unprocessable, match="leads out"):
        checked_path(path)


@pytest.mark.parametrize("what", ["file", "folder", "pipe"])
def test_links_and_pipes_are_refused_and_never_followed(
    dataset: Dataset, folder: Path, tmp_path: Path, what: str
) -> None:
    if what == "pipe":
        os.mkfifo(folder / "shoes" / "link")
    else:
        (folder / "shoes" / "link").symlink_to(tmp_path / "secret.png" if what == "file" else tmp_path)
    upload = begin_import(dataset=dataset, place="photos", path="", actor=None)
    for path in ("", "shoes/link"):
        with pytest.raises(Unprocessable, match="is a link or no plain file"):
            fetch_import(upload=upload, place="photos", path=path, report_progress=lambda *_: None)
    with pytest.raises((Unprocessable, NotFound)):
        begin_import(dataset=dataset, place="photos", path="shoes/link/secret.png", actor=None)
    assert "link" not in [entry.name for entry in find_place(dataset.workspace, "photos").entries("shoes")]


def test_a_place_is_open_to_the_workspace_that_it_names_and_to_no_other(
    dataset: Dataset, folder: Path, settings: Any
) -> None:
    other = DatasetFactory(kind="image")
    settings.IMPORT_FOLDERS = [f"{other.workspace.slug}={folder}"]
    assert places_of(dataset.workspace) == []
    assert [place.name for place in places_of(other.workspace)] == ["photos"]
    with pytest.raises(NotFound, match="no place"):
        begin_import(dataset=dataset, place="photos", path="", actor=None)


@pytest.mark.parametrize(("path", "error"), [("nothing", NotFound), ("empty", Unprocessable)])
def test_a_path_with_nothing_in_it_is_said_at_once(
    dataset: Dataset, folder: Path, path: str, error: type[StudioError]
) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(error):
        begin_import(dataset=dataset, place="photos", path=path, actor=None)
    assert not Upload.objects.exists()


def test_limits_and_quota_hold_for_imports(dataset: Dataset, folder: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(FileTooLarge):
        fetched(dataset, "photos", "")
    settings.UPLOAD_LIMIT, settings.WORKSPACE_QUOTA = 2**20, 10
    with pytest.raises(OverQuota):
        fetched(dataset, "photos", "")


@pytest.fixture
def bucket(settings: Any) -> Iterator[Callable[[dict[str, bytes]], None]]:
    """A server that answers like S3 with the objects that it is given, and knows one bucket."""
    objects: dict[str, bytes] = dict(OBJECTS)

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name, _, key = unquote(parts.path).lstrip("/").partition("/")
            if name != "shop":
                self.answer(404, b"<Error><Code>NoSuchBucket</Code><Message>There is none.</Message></Error>")
            elif key:
                self.answer(200, objects[key])
            else:
                self.answer(200, self.listing(parse_qs(parts.query)))

        def listing(self, query: dict[str, list[str]]) -> bytes:
            prefix, delimiter = query.get("prefix", [""])[0], query.get("delimiter", [""])[0]
            found, folders = "", set()
            for key, data in sorted(objects.items()):
                rest = key.removeprefix(prefix)
                if not key.startswith(prefix):
                    continue
                if delimiter and delimiter in rest:
                    folders.add(prefix + rest.split(delimiter)[0] + delimiter)
                else:
                    found += f"<Contents><Key>{key}</Key><Size>{len(data)}</Size></Contents>"
            found += "".join(f"<CommonPrefixes><Prefix>{one}</Prefix></CommonPrefixes>" for one in folders)
            return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.IMPORT_S3 = ["s3://shop/photos"]
    settings.IMPORT_S3_ENDPOINT = f"http://127.0.0.1:{server.server_port}"
    settings.IMPORT_S3_ACCESS_KEY = settings.IMPORT_S3_SECRET_KEY = "key"
    yield objects.update
    server.shutdown()
    server.server_close()


def test_a_prefix_of_a_bucket_becomes_an_upload_without_its_neighbours(dataset: Dataset, bucket: Any) -> None:
    upload = fetched(dataset, "s3://shop/photos", "")
    assert [file.name for file in upload.files.all()] == ["a.png", "shoes/b.png"]
    assert b"".join(store.chunks(upload.files.get(position=0).artifact)) == b"a" * 10
    entries = find_place(dataset.workspace, "s3://shop/photos").entries("")
    assert [(entry.name, entry.is_folder) for entry in entries] == [("shoes", True), ("a.png", False)]
    assert [file.name for file in fetched(dataset, "s3://shop/photos", "shoes").files.all()] == [
        "shoes/b.png"
    ]


def test_a_key_that_leads_out_is_refused(
    dataset: Dataset, bucket: Callable[[dict[str, bytes]], None]
) -> None:
    bucket({"photos/../../etc/passwd": b"x"})
    with pytest.raises(Unprocessable, match="leads out"):
        fetched(dataset, "s3://shop/photos", "")


def test_a_bucket_that_is_not_there_is_said(dataset: Dataset, bucket: Any, settings: Any) -> None:
    settings.IMPORT_S3 = ["s3://gone/photos"]
    with pytest.raises(BucketFailed, match='"gone" answered'):
        begin_import(dataset=dataset, place="s3://gone/photos", path="", actor=None)
    assert not Upload.objects.exists()


def test_files_without_content_are_not_fetched_and_named(dataset: Dataset, folder: Path) -> None:
    (folder / "shoes" / "none.png").write_bytes(b"")
    upload = fetched(dataset, "photos", "shoes")
    assert [file.name for file in upload.files.all()] == ["shoes/b.png"]
    assert upload.report == {"empty": ["shoes/none.png"]}
