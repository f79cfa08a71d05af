"""Erasing a record: gone from every version, from the disk and from uploads, and never taken again."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact, Removal
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.datasets.derive import derive_version
from brandkiln.datasets.ingest import ingest_upload
from brandkiln.datasets.materialise import materialise_version
from brandkiln.datasets.models import (
    Annotation,
    DatasetVersion,
    Erasure,
    Finding,
    PersonalDataScan,
    QualityReport,
    Record,
    UploadFile,
)
from brandkiln.datasets.protection import erasing
from brandkiln.datasets.protection.tracing import trace
from brandkiln.datasets.recipes.registry import parse_recipe
from brandkiln.datasets.services import receive_upload
from brandkiln.datasets.splits import parse_rule
from brandkiln.jobs import erasure as jobs_erasure
from brandkiln.jobs.clearance import DataForbidden
from brandkiln.jobs.erasure import InUse, retrain, run_erasure, submit_erasure
from brandkiln.jobs.events import add_events
from brandkiln.jobs.forgetting import quotes_of
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.services import submit_job
from brandkiln.workspaces.models import AuditEntry

from tests.factories import ArtifactFactory, Cast, DatasetFactory, DatasetVersionFactory, JobFactory

SECRET = "Anna Schmidt  lives in Lindenstrasse 5"
TEXTS = [f"Text number {number} about boots and coats" for number in range(20)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES["artifacts"]["OPTIONS"]["location"] = str(tmp_path / "artifacts")
    settings.CACHE = tmp_path / "cache"
    settings.SCRATCH = tmp_path / "scratch"
    store.storages._storages.clear()
    return tmp_path


def bring(cast: Cast, dataset: Any, texts: list[str], folder: Path) -> DatasetVersion:
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    upload = receive_upload(dataset=dataset, file=path, filename="texts.jsonl", actor=cast.ben)
    path.unlink()
    return ingest_upload(upload, report_progress=lambda *progress: None)


def derive(version: DatasetVersion, *steps: dict[str, Any]) -> DatasetVersion:
    return derive_version(
        parent=version, recipe=parse_recipe(list(steps), kind="text"), split_rule=parse_rule({"by": "keep"}),
        split_seed=0, actor=None, report_progress=lambda *progress: None,
    )  # fmt: skip


def make(cast: Cast, dataset: Any, texts: list[str], folder: Path) -> DatasetVersion:
    """Make what reading a file makes, without starting the process that reads it."""
    path = folder / "texts.txt"
    path.write_text("\n\n".join(texts))
    upload = receive_upload(dataset=dataset, file=path, filename="texts.txt", actor=cast.ben)
    version = DatasetVersionFactory(
        dataset=dataset, number=1, upload=upload, record_count=len(texts), counts={"split": {"train": len(texts)}},
        report={"columns": [{"name": "text", "examples": texts[-3:]}]},
    )  # fmt: skip
    for position, text in enumerate(texts):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        Record.objects.create(
            version=version,
            position=position,
            name=f"row {position}",
            sha256=sha256,
            split="train",
            text=text,
        )
    path.unlink()
    return version


@pytest.fixture
def version(cast: Cast, tmp_path: Path) -> DatasetVersion:
    dataset = DatasetFactory(project=cast.project, kind="text", created_by=cast.ben)
    return make(cast, dataset, [*TEXTS, SECRET], tmp_path)


@pytest.fixture
def content(version: DatasetVersion) -> str:
    return version.records.get(text__contains="Anna").sha256


def erase(cast: Cast, content: str) -> Job:
    job = submit_erasure(workspace=cast.acme, content=content, actor=cast.ada, reason="She asked us to.")
    run(job)
    return job


def run(job: Job) -> dict[str, Any]:
    Job.objects.filter(pk=job.pk).update(state="running")
    erasure = Erasure.objects.get(pk=job.params["erasure"])
    told = run_erasure(erasure, job=job, report_progress=lambda *progress: None)
    Job.objects.filter(pk=job.pk).update(state="succeeded")
    return told


def everything(home: Path) -> bytes:
    """Return all bytes of the store and of the caches, and every row that may hold some of a text."""
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for table in (
        Record,
        DatasetVersion,
        Job,
        Erasure,
        AuditEntry,
        Annotation,
        PersonalDataScan,
        QualityReport,
    ):
        kept += repr(list(table._default_manager.values())).encode()  # type: ignore[attr-defined]
    return kept


def test_a_record_is_gone_from_every_version_and_from_the_disk(
    cast: Cast, version: DatasetVersion, content: str, home: Path
) -> None:
    cleaned = derive(version, {"step": "normalise_text"})
    materialise_version(version)
    materialise_version(cleaned)
    position = version.records.get(sha256=content).position
    Finding.objects.create(version=version, code="outlier", position=position)
    QualityReport.objects.create(
        workspace=cast.acme, version=version, summary={"longest": SECRET},
        features=store.put_bytes(b"vectors of Anna Schmidt", workspace=cast.acme, media_type="a/b"),
        vectors=store.put_bytes(b"more of Anna Schmidt", workspace=cast.acme, media_type="a/b"),
    )  # fmt: skip
    assert b"Anna Schmidt" in everything(home)
    erase(cast, content)
    assert b"Anna Schmidt" not in everything(home)
    assert not UploadFile.objects.exclude(artifact=None).exists()
    assert not Removal.objects.exists()
    assert not Finding.objects.filter(version=version, position=position).exists()


def test_old_versions_keep_their_hash_and_note_the_gap_and_the_newest_gets_a_successor(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    cleaned = derive(version, {"step": "normalise_text"})
    before = [version.sha256, cleaned.sha256]
    erase(cast, content)
    old, changed, made = DatasetVersion.objects.order_by("number")
    assert [old.sha256, changed.sha256] == before
    assert [old.record_count, changed.record_count, made.record_count] == [20, 20, 20]
    assert old.report["erased"][0]["records"] == 1
    assert sum(old.counts["split"].values()) == 20
    assert (made.origin, made.parent) == ("erasure", changed)
    assert made.records.count() == 20
    assert "erased" not in made.report
    kept = dict(made.records.values_list("name", "split"))
    assert kept == dict(changed.records.values_list("name", "split")), "the others keep their splits"


def test_a_changed_copy_is_followed_by_its_name(cast: Cast, version: DatasetVersion, content: str) -> None:
    cleaned = derive(version, {"step": "normalise_text"})
    copy = cleaned.records.get(text__contains="Anna").sha256
    assert copy != content
    found = trace(cast.acme.pk, content)
    assert found.hashes == {content, copy}
    assert set(found.versions) == {version.pk, cleaned.pk}
    assert trace(cast.acme.pk, copy).versions == found.versions
    assert trace(cast.other.pk, content).versions == {}


def test_the_same_content_of_another_workspace_stays(
    cast: Cast, version: DatasetVersion, content: str, tmp_path: Path
) -> None:
    dataset = DatasetFactory(project__workspace=cast.other, kind="text")
    theirs = make(cast, dataset, [*TEXTS, SECRET], tmp_path)
    erase(cast, content)
    assert theirs.records.filter(sha256=content).exists()
    assert UploadFile.objects.get(upload__dataset=dataset).artifact is not None


def test_a_trashed_version_is_reached_too_and_gets_no_successor(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    DatasetVersion.objects.update(trashed_at=version.created_at)
    erase(cast, content)
    assert DatasetVersion.objects.get().record_count == 20
    assert not Record.objects.filter(sha256=content).exists()


@pytest.mark.parametrize(
    "step",
    ["note_reach", "make_successors", "blank_version", "drop_files", "_mark_checkpoints", "_delete_bytes"],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_between_the_steps_is_continued(
    cast: Cast,
    version: DatasetVersion,
    content: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
) -> None:
    derive(version, {"step": "normalise_text"})
    job = submit_erasure(workspace=cast.acme, content=content, actor=cast.ada)
    place = jobs_erasure if step.startswith("_") else erasing
    real = getattr(place, step)

    def die(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        raise OSError("the machine died")

    with monkeypatch.context() as patch:
        patch.setattr(place, step, die)
        with pytest.raises(OSError, match="died"):
            run(job)
    run(job)
    assert b"Anna Schmidt" not in everything(home)
    assert DatasetVersion.objects.count() == 3, "a successor is made once"
    erasure = Erasure.objects.get()
    assert erasure.finished_at is not None
    assert erasure.reached["counts"]["records"] == 2
    assert AuditEntry.objects.filter(action="record.erased").count() == 1


def test_content_that_was_erased_is_not_taken_again(
    cast: Cast, version: DatasetVersion, content: str, tmp_path: Path
) -> None:
    erase(cast, content)
    again = bring(cast, version.dataset, ["A new text", SECRET], tmp_path)
    assert [record.text for record in again.records.all()] == ["A new text"]
    assert again.report["reasons"] == {"erased": 1}
    (fault,) = again.report["faults"]
    assert (fault["code"], "erased from the workspace" in fault["message"]) == ("erased", True)
    assert "Anna" not in json.dumps(again.report)


def test_nothing_is_trained_on_a_version_with_a_gap(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    erase(cast, content)
    version.refresh_from_db()
    with pytest.raises(DataForbidden, match="A record was erased from"):
        submit_job(
            workspace=cast.acme, project=cast.project, requested_by=cast.ada, kind="train", generator="dummy",
            dataset_version=version, override_reason="It is nearly the same.",
        )  # fmt: skip


def test_checkpoints_are_marked_and_trained_anew_on_the_successor(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    trained = JobFactory(
        project=cast.project, kind="train", params={"steps": 3}, dataset_version=version, state="succeeded"
    )
    checkpoint = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="dummy", generator_version="1", number=1, card={},
        weights=ArtifactFactory(workspace=cast.acme), job=trained, dataset_version=version,
    )  # fmt: skip
    erase(cast, content)
    checkpoint.refresh_from_db()
    assert "erased" in checkpoint.retrain_reason
    job = retrain(checkpoint=checkpoint, actor=cast.ben)
    assert (job.kind, job.generator) == ("train", "dummy")
    assert job.dataset_version == DatasetVersion.objects.get(number=2)
    assert job.params["steps"] == 3
    assert retrain(checkpoint=checkpoint, actor=cast.ben) == job
    version.dataset.trashed_at = version.created_at
    version.dataset.save()
    checkpoint.refresh_from_db()
    with pytest.raises(Unprocessable, match="not there any more"):
        retrain(checkpoint=checkpoint, actor=cast.ben)


def test_an_erasure_waits_for_jobs_that_use_the_data(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    training = JobFactory(project=cast.project, kind="train", dataset_version=version, state="running")
    with pytest.raises(InUse, match="Wait until it ends"):
        submit_erasure(workspace=cast.acme, content=content, actor=cast.ada)
    Job.objects.filter(pk=training.pk).update(state="succeeded")
    job = submit_erasure(workspace=cast.acme, content=content, actor=cast.ada)
    Job.objects.filter(pk=training.pk).update(state="running")
    with pytest.raises(InUse):
        run(job)
    assert Record.objects.filter(sha256=content).exists()


def test_content_that_nobody_has_can_not_be_erased(cast: Cast, version: DatasetVersion, content: str) -> None:
    for workspace, sha256 in ((cast.acme, "f" * 64), (cast.other, content)):
        with pytest.raises(NotFound):
            submit_erasure(workspace=workspace, content=sha256, actor=cast.ada)
    assert not Erasure.objects.exists()


def test_the_audit_log_names_the_hash_and_the_reason_and_never_the_content(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    erase(cast, content)
    asked = AuditEntry.objects.get(action="record.erasure_requested")
    assert (asked.actor, asked.subject, asked.data) == (cast.ada, content, {"reason": "She asked us to."})
    done = AuditEntry.objects.get(action="record.erased")
    assert done.data["versions"] == 1
    assert Artifact.objects.filter(media_type="application/octet-stream").count() == 0


def test_previews_that_show_the_record_go_with_their_pictures(
    cast: Cast, version: DatasetVersion, content: str, home: Path
) -> None:
    page = store.put_bytes(b"a page with Anna Schmidt", workspace=cast.acme, media_type="text/html")
    picture = store.put_bytes(b"a picture of Anna Schmidt", workspace=cast.acme, media_type="image/png")
    job = JobFactory(
        project=cast.project, kind="preview", state="succeeded", dataset_version=version,
        result={"page": str(page.pk)},
    )  # fmt: skip
    job.events.create(type="preview", data={"artifact": str(picture.pk)})
    erase(cast, content)
    assert not Job.objects.filter(pk=job.pk).exists()
    assert b"Anna Schmidt" not in everything(home)


def test_a_training_that_begins_while_the_record_goes_makes_the_erasure_come_back(
    cast: Cast, version: DatasetVersion, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = erasing.blank_version

    def blank_while_one_begins(erasure: Erasure, key: Any) -> int:
        JobFactory(project=cast.project, kind="train", state="running", dataset_version=version)
        return blank(erasure, key)

    job = submit_erasure(workspace=cast.acme, content=content, actor=cast.ada)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "blank_version", blank_while_one_begins)
        with pytest.raises(InUse):
            run(job)
    training = Job.objects.get(kind="train")
    Job.objects.filter(pk=training.pk).update(state="succeeded")
    learned = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="dummy", generator_version="1", number=1, job=training,
        dataset_version=version, weights=ArtifactFactory(workspace=cast.acme), card={},
    )  # fmt: skip
    run(job)
    learned.refresh_from_db()
    assert "erased" in learned.retrain_reason
    assert Erasure.objects.get().finished_at is not None


def test_params_and_answers_that_quote_a_record_are_emptied_and_others_are_not(
    cast: Cast, version: DatasetVersion, content: str
) -> None:
    def asked(text: str, sha256: str) -> Job:
        result = {"found": True, "answer": text, "claims": [{"start": 0}], "sources": [{"content": sha256}]}
        job = JobFactory(workspace=cast.acme, project=cast.project, kind="ask", result=result)
        add_events(job.pk, [("text", {"text": text})])
        return job

    def wrote(facts: str) -> Job:
        return JobFactory(
            workspace=cast.acme, project=cast.project, params={"brief": {"facts": [facts]}, "count": 3}
        )

    other = version.records.first()
    assert other is not None
    quoting, quiet = asked("Anna lives there.", content), asked("Boots.", other.sha256)
    about, elsewhere = wrote(f"Write to her: {SECRET}"), wrote("Write about boots.")
    erase(cast, content)
    for job in (quoting, quiet, about, elsewhere):
        job.refresh_from_db()
    assert (quoting.result["answer"], quoting.result["claims"], quoting.events.count()) == ("", [], 0)
    assert (quiet.result["answer"], quiet.events.count()) == ("Boots.", 1)
    assert about.params == {"brief": {"facts": [""]}, "count": 3}
    assert elsewhere.params["brief"] == {"facts": ["Write about boots."]}


def test_a_row_of_a_catalogue_is_known_by_its_facts_and_a_short_text_by_nothing(
    version: DatasetVersion,
) -> None:
    row = {"name": "Oak chair", "price": 129.5, "note": ""}
    for position, (text, fields) in enumerate((("Hello", {}), ("", row)), start=100):
        Record.objects.create(
            version=version, position=position, sha256="f" * 64, split="train", text=text, fields=fields
        )
    assert quotes_of([version.pk], ["f" * 64]) == {"name: Oak chair\nprice: 129.5"}
