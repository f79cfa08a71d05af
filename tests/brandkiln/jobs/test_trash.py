"""The trash: what goes there, comes back, or is deleted with its bytes; what is in use stays."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.caches import prune_caches
from brandkiln.datasets.materialise import materialise_version
from brandkiln.datasets.models import Dataset, DatasetVersion, Finding, Record, Upload, UploadFile
from brandkiln.datasets.terms import set_terms
from brandkiln.jobs.models import Job
from brandkiln.jobs.retention import delete_bytes, keep_house
from brandkiln.jobs.trash import (
    InUse,
    empty_trash,
    restore_dataset,
    restore_version,
    trash_dataset,
    trash_version,
)
from brandkiln.workspaces.models import AuditEntry
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory, JobFactory


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    settings.CACHE = tmp_path / "cache"
    store.storages._storages.clear()
    return tmp_path


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    return filled(DatasetVersionFactory(dataset__project=cast.project, dataset__kind="image", number=1))


def filled(version: DatasetVersion, *contents: bytes) -> DatasetVersion:
    """Give the version a record for each content, an uploaded file, and what a check may have found."""
    workspace = version.workspace
    for position, data in enumerate(contents or (b"boot", b"coat")):
        Record.objects.create(
            version=version,
            position=position,
            sha256=f"{position:064x}",
            split="train",
            artifact=store.put_bytes(data, workspace=workspace, media_type="image/png"),
            thumbnail=store.put_bytes(b"small " + data, workspace=workspace, media_type="image/webp"),
        )
    Finding.objects.create(version=version, code="blank", position=0)
    upload = Upload.objects.create(
        workspace=workspace, dataset=version.dataset, filename="a.zip", state=Upload.State.INGESTED
    )
    UploadFile.objects.create(
        upload=upload,
        name="a.zip",
        size=3,
        artifact=store.put_bytes(b"zip", workspace=workspace, media_type="a/b"),
    )
    version.upload = upload
    version.save()
    return version


def files(home: Path) -> set[bytes]:
    return {path.read_bytes() for path in (home / "artifacts").rglob("*") if path.is_file()}


def test_a_data_set_goes_to_the_trash_and_comes_back(cast: Cast, version: DatasetVersion) -> None:
    dataset = trash_dataset(dataset=version.dataset, actor=cast.ben)
    assert (dataset.trashed_at is not None, dataset.trashed_by) == (True, cast.ben)
    assert restore_dataset(dataset=dataset, actor=cast.ada).trashed_at is None
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions == {"dataset.trashed", "dataset.restored"}


def test_a_version_goes_to_the_trash_and_comes_back(cast: Cast, version: DatasetVersion) -> None:
    assert trash_version(version=version, actor=cast.ben).trashed_at is not None
    assert restore_version(version=version, actor=cast.ben).trashed_at is None


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_a_job_works_on_does_not_go_to_the_trash_and_is_not_deleted(
    cast: Cast, version: DatasetVersion, state: str
) -> None:
    job = JobFactory(project=cast.project, kind="check", dataset_version=version, state=state)
    with pytest.raises(InUse, match="A job works on"):
        trash_version(version=version, actor=cast.ben)
    with pytest.raises(InUse):
        trash_dataset(dataset=version.dataset, actor=cast.ben)
    DatasetVersion.objects.update(trashed_at=timezone.now())
    assert empty_trash(days=0) == []
    Job.objects.filter(pk=job.pk).update(state="succeeded")
    assert empty_trash(days=0) == [str(version)]


def test_emptying_deletes_rows_bytes_thumbnails_uploads_and_caches(
    cast: Cast, version: DatasetVersion, home: Path, django_capture_on_commit_callbacks: Any
) -> None:
    folder = materialise_version(version)
    pictures = home / "cache" / "pictures" / f"{version.sha256}-abc.safetensors"
    pictures.parent.mkdir(parents=True)
    pictures.write_bytes(b"pixels")
    assert len(files(home)) == 5
    trash_dataset(dataset=version.dataset, actor=cast.ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert empty_trash(days=0, actor=cast.ada) == [version.dataset.name]
    assert delete_bytes() == len(b"bootcoatsmall bootsmall coatzip")
    assert files(home) == set()
    assert not folder.exists()
    assert not pictures.exists()
    for table in (Dataset, DatasetVersion, Record, Finding, Upload, UploadFile, Artifact):
        assert not table._default_manager.exists()  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(action="dataset.deleted")
    assert (entry.actor, entry.data) == (cast.ada, {"sha256": [version.sha256]})


def test_bytes_that_another_version_has_too_stay(cast: Cast, version: DatasetVersion, home: Path) -> None:
    other = DatasetVersionFactory(dataset=version.dataset, number=2)
    filled(other, b"boot")
    trash_version(version=version, actor=None)
    empty_trash(days=0)
    delete_bytes()
    assert files(home) == {b"boot", b"small boot", b"zip"}


def test_the_trash_keeps_things_for_some_days(
    cast: Cast, version: DatasetVersion, settings: Any, home: Path
) -> None:
    settings.TRASH_DAYS = 7
    trash_dataset(dataset=version.dataset, actor=None)
    assert keep_house().deleted == 0
    Dataset.objects.update(trashed_at=timezone.now() - timedelta(days=8))
    kept = keep_house()
    assert (kept.deleted, kept.size > 0) == (1, True)
    assert files(home) == set()


def test_one_workspace_may_empty_its_own_trash_only(cast: Cast, version: DatasetVersion) -> None:
    trash_dataset(dataset=version.dataset, actor=None)
    assert empty_trash(workspace=cast.other, days=0) == []
    assert empty_trash(workspace=cast.acme, days=0) == [version.dataset.name]


def test_bytes_wait_while_the_workspace_brings_data_in(
    cast: Cast, version: DatasetVersion, home: Path
) -> None:
    trash_dataset(dataset=version.dataset, actor=None)
    empty_trash(days=0)
    job = JobFactory(project=cast.project, kind="ingest", queue="platform", state="running")
    assert delete_bytes() == 0
    assert len(files(home)) == 5
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert delete_bytes() > 0
    assert files(home) == set()


def test_files_and_superseded_versions_are_kept_as_long_as_the_data_set_says(
    cast: Cast, version: DatasetVersion, home: Path
) -> None:
    second = DatasetVersionFactory(dataset=version.dataset, number=2)
    third = DatasetVersionFactory(dataset=version.dataset, number=3)
    old, older = timezone.now() - timedelta(days=11), timezone.now() - timedelta(days=40)
    DatasetVersion.objects.filter(pk=version.pk).update(created_at=older)
    DatasetVersion.objects.filter(pk=second.pk).update(created_at=old)
    UploadFile.objects.update(created_at=old)
    assert not keep_house()
    set_terms(dataset=version.dataset, actor=None, keep_days=10)
    kept = keep_house()
    assert (kept.files, kept.versions) == (1, 1)
    assert UploadFile.objects.get().artifact is None
    assert b"zip" not in files(home)
    trashed = DatasetVersion.objects.exclude(trashed_at=None)
    assert [row.number for row in trashed] == [1]
    assert third.trashed_at is None


def test_a_file_that_is_still_to_be_read_is_kept(cast: Cast, version: DatasetVersion) -> None:
    UploadFile.objects.update(created_at=timezone.now() - timedelta(days=11))
    set_terms(dataset=version.dataset, actor=None, keep_days=10)
    JobFactory(project=cast.project, kind="ingest", upload=version.upload, state="queued")
    assert keep_house().files == 0


def test_what_another_machine_keeps_of_deleted_data_is_pruned(
    cast: Cast, version: DatasetVersion, home: Path
) -> None:
    folder = materialise_version(version)
    strange = home / "cache" / "datasets" / f"{'f' * 64}-0123456789ab"
    strange.mkdir()
    copy = home / "cache" / "artifacts" / str(cast.acme.pk) / "aa" / ("a" * 64)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"gone")
    assert prune_caches() == 2
    assert folder.exists()
    version.report = {"erased": [{"at": (timezone.now() + timedelta(seconds=1)).isoformat(), "records": 1}]}
    version.save()
    assert prune_caches() == 1
    assert not folder.exists()


def test_what_is_laid_out_while_the_cache_is_pruned_stays(cast: Cast, version: DatasetVersion) -> None:
    folders: list[Path] = []

    def lay_out_after(execute: Any, *query: Any) -> Any:
        answer = execute(*query)
        if not folders:
            folders.append(Path())  # what follows asks the database too
            other = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="image", number=1)
            folders[0] = materialise_version(filled(other, b"sock"))
        return answer

    with connection.execute_wrapper(lay_out_after):
        assert prune_caches() == 0
    assert (folders[0] / "dataset.json").is_file()


def test_the_command_says_what_it_deleted(cast: Cast) -> None:
    trash_dataset(dataset=DatasetFactory(project=cast.project, name="Old shoes"), actor=None)
    said = StringIO()
    call_command("empty_trash", stdout=said)
    assert said.getvalue() == "0 bytes are freed.\n"
    call_command("empty_trash", "--days", "0", stdout=said)
    assert "Old shoes is deleted." in said.getvalue()


def test_every_row_of_data_that_names_an_artifact_is_released_with_it() -> None:
    names = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in Artifact._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.related_model._meta.app_label == "datasets"
    }
    assert names == {
        "Record.artifact",
        "Record.thumbnail",
        "QualityReport.features",
        "QualityReport.vectors",
        "PersonalDataScan.spans",
        "UploadFile.artifact",
    }


def test_previews_of_a_deleted_version_go_with_it(cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    page = store.put_bytes(b"its first rows", workspace=cast.acme, media_type="text/html")
    facts = {"project": cast.project, "kind": "preview", "dataset_version": version}
    JobFactory(**facts, state="succeeded", result={"page": str(page.pk)})
    trash_version(version=version, actor=cast.pia)
    empty_trash(days=0)
    delete_bytes()
    assert not Job.objects.filter(kind="preview").exists()
    assert not Artifact.objects.filter(pk=page.pk).exists()
