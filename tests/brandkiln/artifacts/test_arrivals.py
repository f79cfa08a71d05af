"""Content that came in before anything referred to it goes again where its process was killed, and only then."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.arrivals import GRACE, announce, release_overdue, settle
from brandkiln.artifacts.many import put_many
from brandkiln.artifacts.models import Arrival, Artifact
from brandkiln.artifacts.removal import remove_released
from brandkiln.datasets.models import DatasetVersion, Record
from django.utils import timezone

from tests.factories import DatasetVersionFactory


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    settings.CACHE = tmp_path / "cache"
    store.storages._storages.clear()
    return tmp_path


@pytest.fixture
def version(db: None) -> DatasetVersion:
    return DatasetVersionFactory()


def came_in(version: DatasetVersion, folder: Path, *texts: str) -> list[Artifact]:
    """Put announced content that nothing refers to yet."""
    paths = []
    for text in texts:
        paths.append((folder / text, "text/plain"))
        (folder / text).write_text(text)
    ids = put_many(paths, workspace=version.workspace, is_announced=True)
    return [Artifact.objects.get(pk=pk) for pk in ids]


def pass_the_grace() -> None:
    Arrival.objects.update(created_at=timezone.now() - GRACE - timedelta(minutes=1))


def refer(version: DatasetVersion, artifact: Artifact) -> None:
    Record.objects.create(version=version, position=0, sha256="0" * 64, split="train", artifact=artifact)


def test_only_what_nothing_refers_to_is_removed_once_it_is_old(version: DatasetVersion, folder: Path) -> None:
    named, _orphan = came_in(version, folder, "named", "orphan")
    refer(version, named)
    assert (release_overdue(), remove_released().files) == (0, 0)
    pass_the_grace()
    assert (release_overdue(), remove_released().files) == (1, 1)
    assert list(Artifact.objects.all()) == [named]
    assert store.local_path(named).read_text() == "named"
    assert not Arrival.objects.exists()


def test_bytes_whose_rows_were_never_written_are_removed(version: DatasetVersion, folder: Path) -> None:
    (artifact,) = came_in(version, folder, "bytes")
    path = store.local_path(artifact)
    Artifact.objects.all().delete()
    pass_the_grace()
    assert (release_overdue(), remove_released().files, path.exists()) == (1, 1, False)


def test_content_of_a_workspace_where_a_job_works_stays(version: DatasetVersion, folder: Path) -> None:
    came_in(version, folder, "busy")
    pass_the_grace()
    assert release_overdue(busy=[version.workspace_id]) == 0
    assert Arrival.objects.count() == 1


def test_what_is_put_and_referred_to_between_both_steps_stays(version: DatasetVersion, folder: Path) -> None:
    (artifact,) = came_in(version, folder, "late")
    pass_the_grace()
    assert release_overdue() == 1
    refer(version, artifact)
    assert remove_released().files == 0
    assert store.local_path(artifact).read_text() == "late"


def test_a_settled_announcement_is_forgotten(version: DatasetVersion) -> None:
    settle([announce(["ab" * 32], workspace=version.workspace)])
    assert not Arrival.objects.exists()
