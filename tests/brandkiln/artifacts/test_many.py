"""Many files at once: few queries, nothing half-kept, safely on the disk before the rows are there."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import many, store
from brandkiln.artifacts.many import Measured, measure, put_many, put_measured
from brandkiln.artifacts.models import Artifact
from django.core.files.storage import Storage, storages

from tests.factories import WorkspaceFactory

pytestmark = pytest.mark.django_db
Files = list[tuple[Path, str]]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    storages._storages.clear()  # type: ignore[attr-defined]


@pytest.fixture
def files(tmp_path: Path) -> Callable[[list[bytes]], Files]:
    def write(contents: list[bytes]) -> Files:
        found = []
        for number, content in enumerate(contents):
            path = tmp_path / f"file{number}"
            path.write_bytes(content)
            found.append((path, "text/plain"))
        return found

    return write


def kept(ids: list[Any]) -> list[bytes]:
    rows = Artifact.objects.in_bulk(ids)
    return [b"".join(store.chunks(rows[pk])) for pk in ids]


def test_many_files_take_a_bounded_number_of_queries(
    files: Callable[[list[bytes]], Files], django_assert_max_num_queries: Any
) -> None:
    contents = [str(number % 100).encode() for number in range(120)]
    with django_assert_max_num_queries(6):
        ids = put_many(files(contents), workspace=WorkspaceFactory())
    assert kept(ids) == contents
    assert Artifact.objects.count() == 100


def test_sizes_hashes_and_types_are_those_of_the_files(files: Callable[[list[bytes]], Files]) -> None:
    content = b"kiln" * 700_000
    workspace = WorkspaceFactory()
    (path, _), *_ = files([content])
    one, other = put_many([(path, "image/png"), (path, "text/plain")], workspace=workspace)
    assert one != other
    artifact = Artifact.objects.get(pk=one)
    assert (artifact.sha256, artifact.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (artifact.media_type, artifact.workspace) == ("image/png", workspace)
    assert artifact.created_at is not None


def test_content_that_is_there_already_is_found(files: Callable[[list[bytes]], Files]) -> None:
    workspace = WorkspaceFactory()
    before = store.put_bytes(b"1", workspace=workspace, media_type="text/plain")
    first = put_many(files([b"1", b"2"]), workspace=workspace)
    again = put_many(files([b"2", b"1", b"3"]), workspace=workspace)
    assert first[0] == before.pk
    assert again[:2] == [first[1], first[0]]
    assert put_many(files([b"1"]), workspace=WorkspaceFactory()) != [before.pk]


@pytest.mark.parametrize("count", [3, 100])
def test_files_may_be_deleted_afterwards_and_can_not_be_written_to(
    files: Callable[[list[bytes]], Files], count: int
) -> None:
    contents = [str(number).encode() for number in range(count)]
    brought = files(contents)
    ids = put_many(brought, workspace=WorkspaceFactory())
    for path, _ in brought:
        assert path.stat().st_mode & 0o777 == 0o440
        path.unlink()
    assert kept(ids) == contents


@pytest.mark.parametrize("count", [3, 100])
def test_files_that_may_move_leave_their_place(files: Callable[[list[bytes]], Files], count: int) -> None:
    contents = [str(number % 70).encode() for number in range(count)]
    measured = [Measured(str(path), *measure(str(path)), kind) for path, kind in files(contents)]
    workspace = WorkspaceFactory()
    assert kept(put_measured(measured, workspace=workspace, move=True)) == contents
    assert not Path(measured[0].path).exists()
    again = [Measured(str(path), *measure(str(path)), kind) for path, kind in files(contents)]
    assert kept(put_measured(again, workspace=workspace, move=True)) == contents
    assert Artifact.objects.count() == len(set(contents))


def test_a_file_on_another_disk_is_copied(
    files: Callable[[list[bytes]], Files], monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", link)
    assert kept(put_many(files([b"1", b"2"]), workspace=WorkspaceFactory())) == [b"1", b"2"]


def test_files_are_on_the_disk_before_they_have_a_name_and_names_before_rows(
    files: Callable[[list[bytes]], Files], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, link, rows = os.fsync, os.link, many._rows
    monkeypatch.setattr(os, "fsync", lambda file: (steps.append("sync"), sync(file)))
    monkeypatch.setattr(os, "link", lambda *names: (link(*names), steps.append("name")))
    monkeypatch.setattr(many, "_rows", lambda *asked: (steps.append("rows"), rows(*asked))[1])
    put_many(files([b"1"]), workspace=WorkspaceFactory())
    assert steps == ["sync", "name", "sync", "rows"]


def test_a_file_that_is_gone_leaves_nothing_behind(
    files: Callable[[list[bytes]], Files], tmp_path: Path
) -> None:
    brought = files([b"1", b"2"])
    brought[1][0].unlink()
    with pytest.raises(FileNotFoundError):
        put_many(brought, workspace=WorkspaceFactory())
    assert not Artifact.objects.exists()
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


def test_a_storage_that_is_no_folder_is_sent_each_content_once(
    files: Callable[[list[bytes]], Files], settings: Any
) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "artifacts": memory}
    assert isinstance(storages["artifacts"], Storage)
    assert not store.is_folder()
    assert kept(put_many(files([b"1", b"2", b"1"]), workspace=WorkspaceFactory())) == [b"1", b"2", b"1"]


def test_nothing_of_nothing() -> None:
    assert put_many([], workspace=WorkspaceFactory()) == []
