"""What data may be trained on, by whom, and what an admin's reason stands in for."""

from datetime import timedelta
from typing import Any

import pytest
from brandkiln.core.errors import NotAllowed, Unprocessable
from brandkiln.datasets.models import DatasetVersion, PersonalDataScan
from brandkiln.datasets.terms import set_terms
from brandkiln.jobs.clearance import DataForbidden, DataNotCleared, InTrash
from brandkiln.jobs.data_jobs import submit_data_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import cancel_job, retry_job, submit_job
from brandkiln.workspaces.models import AuditEntry
from django.utils import timezone

from tests.factories import Cast, DatasetVersionFactory, JobFactory


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    return DatasetVersionFactory(dataset__project=cast.project)


def train(cast: Cast, version: DatasetVersion, who: str = "ada", kind: str = "train", **more: Any) -> Job:
    return submit_job(
        workspace=cast.acme, project=cast.project, requested_by=getattr(cast, who), kind=kind,
        generator="dummy", dataset_version=version, **more,
    )  # fmt: skip


def forget(version: DatasetVersion, *names: str) -> None:
    set_terms(dataset=version.dataset, actor=None, **dict.fromkeys(names, ""))
    version.refresh_from_db()


def test_data_whose_terms_are_known_is_trained_on_by_everybody(cast: Cast, version: DatasetVersion) -> None:
    for who in ("ben", "rita", "pia", "ada"):
        assert train(cast, version, who).state == "queued"
    assert not AuditEntry.objects.filter(action="training.allowed").exists()


@pytest.mark.parametrize("who", ["ben", "rita", "pia", "ada"])
@pytest.mark.parametrize("name", ["licence", "consent", "people"])
def test_training_names_the_term_that_is_missing_and_who_can_fill_it_in(
    cast: Cast, version: DatasetVersion, who: str, name: str
) -> None:
    forget(version, name)
    with pytest.raises(DataNotCleared) as refused:
        train(cast, version, who)
    said = refused.value.message
    assert {"licence": "licence", "consent": "consent basis", "people": "people depicted"}[name] in said
    assert "Ada" in said
    assert "Pia" in said
    assert ("override_reason" in refused.value.fields) == (who == "ada")


def test_an_admin_may_go_on_with_a_reason_that_stays_on_the_job_and_in_the_audit_log(
    cast: Cast, version: DatasetVersion
) -> None:
    forget(version, "licence", "people")
    job = train(cast, version, "ada", override_reason="  Our own\nphotos; contract follows. ")
    assert job.override_reason == "Our own photos; contract follows."
    entry = AuditEntry.objects.get(action="training.allowed")
    assert entry.actor == cast.ada
    assert entry.data == {
        "job": str(job.pk),
        "lacking": ["licence", "people"],
        "reason": "Our own photos; contract follows.",
    }
    again = retry_job(job=cancel_job(job=job, actor=cast.ada), actor=cast.ada)
    assert again.override_reason == job.override_reason


@pytest.mark.parametrize("who", ["ben", "rita", "pia"])
def test_a_reason_is_no_use_to_others(cast: Cast, version: DatasetVersion, who: str) -> None:
    forget(version, "consent")
    with pytest.raises(DataNotCleared):
        train(cast, version, who, override_reason="I want to.")
    assert not Job.objects.exists()


def test_the_admin_of_another_workspace_is_nobody_here(cast: Cast, version: DatasetVersion) -> None:
    forget(version, "consent")
    with pytest.raises(DataNotCleared):
        train(cast, version, "cleo", override_reason="I am an admin.")


def test_do_not_train_holds_for_everybody_and_for_training_only(cast: Cast, version: DatasetVersion) -> None:
    set_terms(dataset=version.dataset, actor=cast.pia, do_not_train=True)
    version.refresh_from_db()
    with pytest.raises(DataForbidden, match="do not train"):
        train(cast, version, "ada", override_reason="I am the admin.")
    assert train(cast, version, kind="evaluate").state == "queued"


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_data_is_used_until_its_last_day_and_not_after(
    cast: Cast, version: DatasetVersion, kind: str
) -> None:
    today = timezone.localdate()
    set_terms(dataset=version.dataset, actor=None, expires_on=today)
    version.refresh_from_db()
    assert train(cast, version, kind=kind).state == "queued"
    set_terms(dataset=version.dataset, actor=None, expires_on=today - timedelta(days=1))
    version.refresh_from_db()
    with pytest.raises(DataForbidden, match="could be used until"):
        train(cast, version, "ada", kind=kind, override_reason="One more.")


def test_findings_that_nobody_decided_about_hold_training_back(cast: Cast, version: DatasetVersion) -> None:
    found = [
        {"column": "text", "kind": "email", "count": 3},
        {"column": "text", "kind": "person", "count": 1},
    ]
    scan = PersonalDataScan.objects.create(workspace=cast.acme, version=version, summary={"found": found})
    with pytest.raises(DataNotCleared, match="personal data"):
        train(cast, version, "ben")
    scan.decisions = [{"column": "text", "kind": "email", "action": "allow"}]
    scan.save()
    with pytest.raises(DataNotCleared, match="personal data"):
        train(cast, version, "ben")
    scan.decisions.append({"column": "text", "kind": "person", "action": "allow"})
    scan.save()
    assert train(cast, version, "ben").state == "queued"


@pytest.mark.parametrize("place", ["version", "dataset"])
def test_nothing_works_on_what_is_in_the_trash(cast: Cast, version: DatasetVersion, place: str) -> None:
    row = version if place == "version" else version.dataset
    row.trashed_at = timezone.now()
    row.save()
    for kind in ("train", "evaluate"):
        with pytest.raises(InTrash, match="is in the trash"):
            train(cast, version, kind=kind)
    with pytest.raises(InTrash):
        submit_data_job(kind=Job.Kind.CHECK, version=version, actor=cast.ada)


def test_a_refusal_of_terms_names_the_values_that_do_not_fit(cast: Cast, version: DatasetVersion) -> None:
    with pytest.raises(Unprocessable) as refused:
        set_terms(dataset=version.dataset, actor=None, consent="maybe", keep_days=0, licence="x" * 121)
    assert set(refused.value.fields) == {"consent", "keep_days", "licence"}


def test_a_change_of_terms_is_audited_with_what_was_there_before(cast: Cast, version: DatasetVersion) -> None:
    set_terms(dataset=version.dataset, actor=cast.pia, licence="MIT", source=" Cafe\u0301 ", people="none")
    entry = AuditEntry.objects.get(action="dataset.terms")
    assert entry.data == {
        "licence": {"from": "CC0-1.0", "to": "MIT"},
        "source": {"from": "", "to": "Café"},
    }
    set_terms(dataset=version.dataset, actor=cast.pia, licence="MIT")
    assert AuditEntry.objects.filter(action="dataset.terms").count() == 1


def test_what_is_tried_again_is_judged_by_the_terms_of_now(cast: Cast, version: DatasetVersion) -> None:
    job = submit_job(
        workspace=cast.acme,
        project=cast.project,
        requested_by=cast.ben,
        kind="augment",
        dataset_version=version,
    )
    Job.objects.filter(pk=job.pk).update(state="failed")
    set_terms(dataset=version.dataset, actor=cast.pia, do_not_train=True)
    with pytest.raises(DataForbidden, match="do not train"):
        retry_job(job=Job.objects.get(pk=job.pk), actor=cast.ben)
    set_terms(dataset=version.dataset, actor=cast.pia, do_not_train=False, licence="")
    with pytest.raises(DataNotCleared):
        retry_job(job=Job.objects.get(pk=job.pk), actor=cast.ben)


@pytest.mark.parametrize("kind", ["erase", "import"])
def test_what_only_an_admin_asks_for_only_an_admin_tries_again(kind: str, cast: Cast) -> None:
    job = JobFactory(
        project=cast.project,
        kind=kind,
        queue="platform",
        generator="",
        state="cancelled",
        requested_by=cast.ada,
    )
    for person in (cast.ben, cast.pia):
        with pytest.raises(NotAllowed):
            retry_job(job=job, actor=person)
    assert retry_job(job=job, actor=cast.ada).state == "queued"
