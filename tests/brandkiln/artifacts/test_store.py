"""Bytes by content: kept once, immutable, never half-written."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.places import ChangedMeanwhile

from tests.factories import WorkspaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: object) -> None:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")  # type: ignore[attr-defined]
    store.storages._storages.clear()


def test_bytes_come_back_as_they_went_in(tmp_path: Path) -> None:
    workspace = WorkspaceFactory()
    source = tmp_path / "file"
    source.write_bytes(b"kiln" * 700_000)
    artifact = store.put(source, workspace=workspace, media_type="text/plain")
    assert artifact.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert artifact.size == source.stat().st_size
    assert b"".join(store.chunks(artifact)) == source.read_bytes()
    assert store.local_path(artifact).read_bytes() == source.read_bytes()


def test_the_same_content_is_kept_once_in_a_workspace_and_apart_between_workspaces() -> None:
    ours, theirs = WorkspaceFactory(), WorkspaceFactory()
    first = store.put_bytes(b"same", workspace=ours, media_type="text/plain")
    assert store.put_bytes(b"same", workspace=ours, media_type="text/plain") == first
    other = store.put_bytes(b"same", workspace=theirs, media_type="text/plain")
    assert other != first
    assert store.local_path(other) != store.local_path(first)


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("brandkiln.artifacts.places.os.fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        store.put_bytes(b"lost", workspace=WorkspaceFactory(), media_type="text/plain")
    assert Artifact.objects.count() == 0
    assert [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()] == []


def test_kept_bytes_are_read_only() -> None:
    path = store.local_path(store.put_bytes(b"x", workspace=WorkspaceFactory(), media_type="text/plain"))
    assert path.stat().st_mode & 0o222 == 0


def test_a_file_that_is_written_on_is_never_kept_under_a_hash_that_is_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "file"
    source.write_bytes(b"before")
    digest_of = hashlib.file_digest

    def digest_and_change(file: Any, name: str) -> Any:
        digest = digest_of(file, name)
        source.write_bytes(b"after!")
        return digest

    monkeypatch.setattr(hashlib, "file_digest", digest_and_change)
    with pytest.raises(ChangedMeanwhile):
        store.put(source, workspace=WorkspaceFactory(), media_type="text/plain")
    assert not Artifact.objects.exists()
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


def test_bytes_are_on_the_disk_before_they_have_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (steps.append("sync"), sync(file)))
    monkeypatch.setattr(os, "replace", lambda old, new: (steps.append("name"), replace(old, new)))
    store.put_bytes(b"kiln", workspace=WorkspaceFactory(), media_type="text/plain")
    assert steps == ["sync", "name"]
