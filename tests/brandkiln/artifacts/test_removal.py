"""Bytes that nothing names any more are deleted; whatever dies in between, no row ever names bytes that are gone."""

import threading
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import removal, store
from brandkiln.artifacts.models import Artifact, Removal
from brandkiln.datasets.models import Record
from django.db import connection, transaction

from tests.factories import DatasetVersionFactory, WorkspaceFactory


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    settings.CACHE = tmp_path / "cache"
    store.storages._storages.clear()
    return tmp_path


def put(workspace: Any, data: bytes = b"kiln", media_type: str = "text/plain") -> Artifact:
    return store.put_bytes(data, workspace=workspace, media_type=media_type)


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "artifacts").rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_released_content_is_gone_from_the_disk_and_the_table(folder: Path) -> None:
    artifact = put(WorkspaceFactory())
    assert removal.release([artifact.pk, None, artifact.pk]) == 1
    removed = removal.remove_released()
    assert (removed.files, removed.size) == (1, 4)
    assert files(folder) == []
    assert not Artifact.objects.exists()
    assert not Removal.objects.exists()


@pytest.mark.django_db
def test_content_that_something_refers_to_stays_under_every_media_type(folder: Path) -> None:
    version = DatasetVersionFactory()
    used, other = put(version.workspace), put(version.workspace, media_type="application/octet-stream")
    Record.objects.create(version=version, position=0, sha256="0" * 64, split="train", artifact=used)
    removal.release([used.pk, other.pk])
    assert removal.remove_released().files == 0
    assert Artifact.objects.count() == 2
    assert store.local_path(used).read_bytes() == b"kiln"
    Record.objects.all().delete()
    removal.release([used.pk])
    assert removal.remove_released().files == 1
    assert files(folder) == []


@pytest.mark.django_db
def test_the_same_content_of_another_workspace_stays(folder: Path) -> None:
    ours, theirs = put(WorkspaceFactory()), put(WorkspaceFactory())
    removal.release([ours.pk])
    assert removal.remove_released().files == 1
    assert store.local_path(theirs).read_bytes() == b"kiln"


@pytest.mark.django_db
def test_a_busy_workspace_waits(folder: Path) -> None:
    artifact = put(WorkspaceFactory())
    removal.release([artifact.pk])
    assert removal.remove_released(busy=[artifact.workspace_id]).files == 0
    assert removal.remove_released(workspace_id=artifact.workspace_id).files == 1


@pytest.mark.django_db
def test_a_crash_after_the_rows_leaves_the_bytes_on_the_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = put(WorkspaceFactory())
    removal.release([artifact.pk])
    with monkeypatch.context() as patch:
        patch.setattr(store, "discard", lambda *name: (_ for _ in ()).throw(OSError("the machine died")))
        with pytest.raises(OSError, match="died"):
            removal.remove_released()
    assert not Artifact.objects.exists()
    assert len(files(folder)) == 1
    assert removal.remove_released().files == 1
    assert files(folder) == []


@pytest.mark.django_db
def test_a_crash_after_the_bytes_is_finished_by_the_next_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = put(WorkspaceFactory())
    removal.release([artifact.pk])
    discard = store.discard

    def die_after(*name: Any) -> None:
        discard(*name)
        raise OSError("the machine died")

    with monkeypatch.context() as patch:
        patch.setattr(store, "discard", die_after)
        with pytest.raises(OSError, match="died"):
            removal.remove_released()
    assert removal.remove_released().files == 1
    assert not Removal.objects.exists()


@pytest.mark.django_db
def test_content_that_is_put_again_between_the_steps_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = WorkspaceFactory()
    removal.release([put(workspace).pk])
    claim = removal.claim

    def put_first(workspace_id: Any) -> bool:
        put(workspace)
        return claim(workspace_id)

    monkeypatch.setattr(removal, "claim", put_first)
    assert removal.remove_released().files == 0
    assert store.local_path(Artifact.objects.get()).read_bytes() == b"kiln"


@pytest.mark.django_db
def test_content_that_is_put_and_released_again_between_the_steps_is_removed_by_the_next_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = WorkspaceFactory()
    removal.release([put(workspace).pk])
    claim = removal.claim

    def put_and_release_first(workspace_id: Any) -> bool:
        removal.release([put(workspace).pk])
        return claim(workspace_id)

    with monkeypatch.context() as patch:
        patch.setattr(removal, "claim", put_and_release_first)
        assert removal.remove_released().files == 0
    assert removal.remove_released().files == 1
    assert files(folder) == []


@pytest.mark.django_db
def test_bytes_that_vanish_while_they_are_put_are_written_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = WorkspaceFactory()
    first = put(workspace)
    removal.release([first.pk])
    hold = store.hold

    def vanish_first(workspace_id: Any) -> None:
        monkeypatch.setattr(store, "hold", hold)
        store.discard(workspace_id, first.sha256)
        hold(workspace_id)

    Artifact.objects.all().delete()  # as a removal does first
    monkeypatch.setattr(store, "hold", vanish_first)
    assert store.local_path(put(workspace)).read_bytes() == b"kiln"


@pytest.mark.django_db(transaction=True)
def test_a_removal_is_put_off_while_somebody_adds_content(folder: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody write meanwhile")
    workspace = WorkspaceFactory()
    removal.release([put(workspace, b"old").pk])
    seen: list[int] = []

    def remove() -> None:
        seen.append(removal.remove_released().files)
        connection.close()

    with transaction.atomic():
        put(workspace, b"new")
        thread = threading.Thread(target=remove)
        thread.start()
        thread.join()
    assert seen == [0]
    assert removal.remove_released().files == 1


def is_there(artifact: Artifact) -> bool:
    try:
        return store.local_path(artifact).exists()
    except FileNotFoundError:
        return False


@pytest.mark.django_db(transaction=True)
def test_putting_and_removing_the_same_content_at_once_loses_nothing(folder: Path) -> None:
    workspace = WorkspaceFactory()
    stop = threading.Event()
    problems: list[str] = []

    def keep_putting() -> None:
        try:
            for _ in range(40):
                artifact = put(workspace)
                row = Artifact.objects.filter(
                    pk=artifact.pk
                )  # nothing refers to it, so it may go at any time
                if row.exists() and not is_there(artifact) and row.exists() and not is_there(artifact):
                    problems.append(artifact.sha256)
                removal.release([artifact.pk])
        finally:
            stop.set()
            connection.close()

    thread = threading.Thread(target=keep_putting)
    thread.start()
    while not stop.is_set():
        removal.remove_released()
    thread.join()
    removal.remove_released()
    assert problems == []
    assert files(folder) == []


@pytest.mark.django_db
def test_another_storage_and_this_machines_copy_are_cleared_too(folder: Path, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "artifacts": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    store.storages._storages.clear()
    artifact = put(WorkspaceFactory())
    copy = store.local_path(artifact)
    assert copy.read_bytes() == b"kiln"
    removal.release([artifact.pk])
    assert removal.remove_released().files == 1
    assert not copy.exists()
    assert not store.storages["artifacts"].exists(
        f"{artifact.workspace_id}/{artifact.sha256[:2]}/{artifact.sha256}"
    )
