"""Encrypted stores: everything works as in a plain one, and keys change without losing anything."""

import io
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from brandkiln import env
from brandkiln.artifacts import rotation, store
from brandkiln.artifacts.keys import KeyMissing
from brandkiln.artifacts.many import put_many
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release, remove_released
from brandkiln.artifacts.sealed import CHUNK, HEADER, Damaged
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command

from tests.factories import WorkspaceFactory

pytestmark = pytest.mark.django_db

FIRST, SECOND = bytes(range(32)), bytes(range(100, 132))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    settings.CACHE = tmp_path / "cache"
    settings.ARTIFACT_KEYS = [FIRST]
    store.storages._storages.clear()
    return tmp_path / "artifacts"


def put(content: bytes, **others: Any) -> Artifact:
    workspace = others.get("workspace") or WorkspaceFactory()
    return store.put_bytes(content, workspace=workspace, media_type="text/plain")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def rotate(*options: str) -> str:
    said = io.StringIO()
    call_command("rotate_artifact_keys", *options, stdout=said, stderr=said)
    return said.getvalue().splitlines()[-1]


def test_content_is_nowhere_on_the_disk_in_plain(folder: Path) -> None:
    content = b"The secret glaze is feldspar. " * 50_000
    artifact = put(content)
    (file,) = files(folder)
    assert file.name == f"{artifact.sha256}.sealed"
    assert b"feldspar" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o440
    assert b"".join(store.chunks(artifact)) == content
    with store.open_artifact(artifact) as source:
        source.seek(CHUNK + 4)
        assert source.read(8) == content[CHUNK + 4 : CHUNK + 12]


def test_a_local_path_is_a_decrypted_file_in_the_cache_for_its_owner_only(tmp_path: Path) -> None:
    artifact = put(b"content")
    path = store.local_path(artifact)
    assert path.is_relative_to(tmp_path / "cache")
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o077 == 0


def test_files_many_files_and_moved_files_are_sealed(folder: Path, tmp_path: Path) -> None:
    workspace = WorkspaceFactory()
    paths = [tmp_path / str(number) for number in range(70)]
    for path in paths:
        path.write_bytes(f"content {path.name}".encode())
    ids = put_many([(path, "text/plain") for path in paths], workspace=workspace)
    store.put(paths[0], workspace=workspace, media_type="text/csv")
    (tmp_path / "moved").write_bytes(b"moved")
    moved = store.take(tmp_path / "moved", workspace=workspace, media_type="text/plain")
    assert not (tmp_path / "moved").exists()
    assert all(path.name.endswith(".sealed") for path in files(folder))
    assert len(files(folder)) == 71
    rows = {row.pk: row for row in Artifact.objects.all()}
    for path, pk in zip(paths, ids, strict=True):
        assert b"".join(store.chunks(rows[pk])) == path.read_bytes()
    assert b"".join(store.chunks(moved)) == b"moved"


def test_a_store_may_hold_both_kinds(folder: Path, settings: Any) -> None:
    settings.ARTIFACT_KEYS = []
    plain = put(b"plain")
    settings.ARTIFACT_KEYS = [FIRST]
    sealed = put(b"sealed")
    for keys in ([FIRST], [SECOND, FIRST]):
        settings.ARTIFACT_KEYS = keys
        assert b"".join(store.chunks(plain)) == b"plain"
        assert b"".join(store.chunks(sealed)) == b"sealed"
    assert put(b"plain", workspace=plain.workspace) == plain
    assert len(files(folder)) == 2  # what is there already is not kept twice


def test_a_plain_file_that_looks_like_a_sealed_one_is_plain(folder: Path, settings: Any) -> None:
    sealed = put(b"content")
    looks_sealed = files(folder)[0].read_bytes()
    settings.ARTIFACT_KEYS = []
    artifact = put(looks_sealed)
    settings.ARTIFACT_KEYS = [FIRST]
    assert b"".join(store.chunks(artifact)) == looks_sealed
    assert b"".join(store.chunks(sealed)) == b"content"


def test_without_its_key_content_stays_shut_with_a_sentence(settings: Any) -> None:
    artifact = put(b"content")
    settings.ARTIFACT_KEYS = []
    with pytest.raises(KeyMissing, match=r"which BRANDKILN_ARTIFACT_KEYS does not hold. Add that key"):
        store.open_artifact(artifact)


def test_a_file_of_another_artifact_or_a_shorter_one_is_refused(folder: Path) -> None:
    first, second = put(b"first"), put(b"second, and longer")
    paths = {path.name[:64]: path for path in files(folder)}
    one, two = paths[first.sha256], paths[second.sha256]
    one.chmod(0o640)
    one.write_bytes(two.read_bytes())
    with pytest.raises(Damaged):
        store.open_artifact(first)
    two.chmod(0o640)
    os.truncate(two, HEADER + 20)
    with pytest.raises(Damaged, match="holds 4 bytes where 18 were sealed"):
        store.open_artifact(second)


def test_removed_content_leaves_neither_the_sealed_nor_the_decrypted_file(folder: Path) -> None:
    artifact = put(b"content")
    cached = store.local_path(artifact)
    release([artifact.pk])
    remove_released()
    assert files(folder) == []
    assert not cached.exists()


def test_keys_change_without_rewriting_content(folder: Path, settings: Any) -> None:
    artifacts = [put(os.urandom(size)) for size in (0, 10, CHUNK + 1)]
    before = {path: path.read_bytes() for path in files(folder)}
    contents = [b"".join(store.chunks(artifact)) for artifact in artifacts]
    settings.ARTIFACT_KEYS = [SECOND, FIRST]
    assert rotate() == "3 artifacts: 3 rewrapped, 0 encrypted, 0 decrypted."
    assert rotate() == "3 artifacts: 0 rewrapped, 0 encrypted, 0 decrypted."
    settings.ARTIFACT_KEYS = [SECOND]
    assert [b"".join(store.chunks(artifact)) for artifact in artifacts] == contents
    for path, content in before.items():
        assert path.read_bytes()[HEADER:] == content[HEADER:]
        assert path.stat().st_mode & 0o777 == 0o440
    settings.ARTIFACT_KEYS = [FIRST]
    with pytest.raises(KeyMissing):
        store.open_artifact(artifacts[1])


def test_plain_content_is_encrypted_on_request_and_decrypted_again(folder: Path, settings: Any) -> None:
    settings.ARTIFACT_KEYS = []
    artifact = put(b"content")
    with pytest.raises(CommandError, match="BRANDKILN_ARTIFACT_KEYS is not set"):
        rotate()
    settings.ARTIFACT_KEYS = [FIRST]
    assert rotate("--rewrap-only").endswith("0 rewrapped, 0 encrypted, 0 decrypted.")
    assert rotate().endswith("0 rewrapped, 1 encrypted, 0 decrypted.")
    assert [path.suffix for path in files(folder)] == [".sealed"]
    assert b"".join(store.chunks(artifact)) == b"content"
    assert rotate("--decrypt").endswith("0 rewrapped, 0 encrypted, 1 decrypted.")
    assert [path.suffix for path in files(folder)] == [""]
    assert b"".join(store.chunks(artifact)) == b"content"


@pytest.mark.parametrize("option", [(), ("--decrypt",)])
def test_a_change_that_was_cut_short_is_started_again(
    folder: Path, option: tuple[str, ...], settings: Any
) -> None:
    artifact = put(b"content")
    if not option:
        rotate("--decrypt")
    (left,) = files(folder)
    kept = left.read_bytes()
    rotate(*option)
    left.write_bytes(kept)  # as after a crash between the new file and the end of the old one
    assert b"".join(store.chunks(artifact)) == b"content"
    rotate(*option)
    (found,) = files(folder)
    assert (found.suffix == ".sealed") is not bool(option)


def test_what_cannot_be_changed_is_named_and_passed_over(folder: Path, settings: Any) -> None:
    put(b"good")
    (good,) = files(folder)
    put(b"bad")
    (bad,) = set(files(folder)) - {good}
    bad.chmod(0o640)
    bad.write_bytes(b"no sealed file")
    settings.ARTIFACT_KEYS = [SECOND, FIRST]
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 artifacts could not be changed"):
        call_command("rotate_artifact_keys", stdout=said, stderr=said)
    assert "2 artifacts: 1 rewrapped" in said.getvalue()


def test_a_storage_that_is_no_folder_holds_sealed_content_too(settings: Any) -> None:
    storage = InMemoryStorage()
    store.storages._storages["artifacts"] = storage
    artifact = put(b"content " * 1000)
    sealed_name = f"{artifact.workspace_id}/{artifact.sha256[:2]}/{artifact.sha256}.sealed"
    assert storage.exists(sealed_name)
    assert store.local_path(artifact).read_bytes() == b"content " * 1000
    with storage.open(sealed_name) as file:
        body = file.read()[HEADER:]
    settings.ARTIFACT_KEYS = [SECOND, FIRST]
    monkeyed = storage.save
    storage.save = lambda name, content, **_: (storage.delete(name), monkeyed(name, content))[1]  # type: ignore[method-assign]
    assert rotate().endswith("1 rewrapped, 0 encrypted, 0 decrypted.")
    settings.ARTIFACT_KEYS = [SECOND]
    with storage.open(sealed_name) as file:
        assert file.read()[HEADER:] == body
    assert b"".join(store.chunks(artifact)) == b"content " * 1000


def test_a_new_key_fits_the_setting_and_a_wrong_one_is_refused_without_being_shown(capsys: Any) -> None:
    call_command("artifact_key")
    made = capsys.readouterr().out.strip()
    other = b64encode(FIRST).decode()
    assert len(env.keys("K", 32, source={"K": f"{made}, {other}\n"})) == 2
    assert env.keys("K", 32, source={}) == []
    with pytest.raises(ImproperlyConfigured, match="Key 2 of K is not 32 bytes in base64") as refused:
        env.keys("K", 32, source={"K": f"{made},{other[:-8]}"})
    assert other[:-8] not in str(refused.value)


def test_a_removal_during_the_change_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = put(b"content")
    write = rotation._write

    def remove_meanwhile(*args: Any) -> None:
        write(*args)
        Artifact.objects.filter(pk=artifact.pk).delete()

    monkeypatch.setattr(rotation, "_write", remove_meanwhile)
    rotate("--decrypt")
    assert files(folder) == []
