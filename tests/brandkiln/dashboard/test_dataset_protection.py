"""The Protection tab: terms are asked once, changed by those who may, and hold training back while they are missing."""

from brandkiln.datasets.models import Dataset
from brandkiln.datasets.protection.decisions import record_scan
from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import AuditEntry
from django.test import Client

from tests.factories import ArtifactFactory, Cast, DatasetFactory, DatasetVersionFactory

TERMS = {"licence": "CC-BY-4.0", "source": "Our shop", "consent": "not_personal", "people": "none"}


def address(version: object) -> str:
    return f"/w/acme/data/{version.dataset_id}/versions/{version.number}/protection/"  # type: ignore[attr-defined]


def test_the_terms_of_a_new_data_set_begin_with_those_of_the_last(cast: Cast, ben: Client) -> None:
    DatasetFactory(project=cast.project, licence="ODbL-1.0", source="The wholesaler")
    page = ben.get("/w/acme/data/new/").content.decode()
    assert "ODbL-1.0" in page
    assert "The wholesaler" in page
    ben.post("/w/acme/data/new/", {"name": "Shoes", "kind": "image", "project": "spring", **TERMS})
    made = Dataset.objects.get(name="Shoes")
    assert {name: getattr(made, name) for name in TERMS} == TERMS


def test_a_publisher_changes_the_terms_and_a_creator_reads_them(cast: Cast, ben: Client, pia: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__licence="", number=1)
    assert "Nobody has said yet: licence" in ben.get(address(version)).content.decode()
    assert ben.post(address(version), TERMS).status_code == 403
    assert pia.post(address(version), TERMS | {"keep_days": "30", "do_not_train": "on"}).status_code == 302
    dataset = Dataset.objects.get()
    assert (dataset.licence, dataset.keep_days, dataset.do_not_train) == ("CC-BY-4.0", 30, True)
    assert AuditEntry.objects.get(action="dataset.terms").actor == cast.pia


def test_who_made_the_data_set_changes_its_terms(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__created_by=cast.ben, number=1)
    assert ben.post(address(version), TERMS).status_code == 302


def test_terms_that_do_not_fit_are_shown_beside_their_fields(cast: Cast, ada: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, number=1)
    answer = ada.post(address(version), TERMS | {"keep_days": "0"})
    assert answer.status_code == 422
    assert "keep_days_error" in answer.content.decode()


def test_only_an_admin_is_asked_for_a_reason_to_train_without_terms(
    cast: Cast, ada: Client, ben: Client
) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__people="", number=1)
    form = {"on-project": cast.project.pk, "on-dataset_version": version.pk}
    start = "/w/acme/generators/image-gan/train/"
    refused = ben.post(start, form)
    assert refused.status_code == 422
    assert "people depicted" in refused.content.decode()
    assert "As an admin" not in refused.content.decode()
    asked = ada.post(start, form).content.decode()
    assert "As an admin you can go on" in asked
    assert '<textarea name="on-override_reason"' in asked
    assert not Job.objects.exists()
    assert ada.post(start, form | {"on-override_reason": "They are our own staff."}).status_code == 302
    assert Job.objects.get().override_reason == "They are our own staff."


def test_findings_are_shown_masked_and_decided_by_those_who_may(cast: Cast, ada: Client, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="text", number=1)
    assert "Look for personal data" in ben.get(address(version)).content.decode()
    assert ben.post(f"{address(version)}scan/")["Location"] == f"/w/acme/jobs/{Job.objects.get().pk}/"
    Job.objects.update(state="succeeded")
    assert ada.post(f"{address(version)}decide/", {"action-0": "mask"}).status_code == 409
    found = [{"column": "", "kind": "email", "count": 3, "records": 2, "examples": ["a••@e••••••.com"]}]
    spans = ArtifactFactory(workspace=cast.acme)
    record_scan(version=version, summary={"found": found, "records": 9, "records_with": 2}, spans=spans)
    page = ben.get(address(version)).content.decode()
    assert "a••@e••••••.com" in page
    assert "1 to decide" in page
    assert ben.post(f"{address(version)}decide/", {"action-0": "allow"}).status_code == 403
    ada.post(f"{address(version)}decide/", {"action-0": "allow"})
    assert "Decided by Ada" in ben.get(address(version)).content.decode()
    said = ada.post(f"{address(version)}decide/", {"action-0": "allow", "apply": "yes"}, follow=True)
    assert "no new version is needed" in said.content.decode()
    answer = ada.post(f"{address(version)}decide/", {"action-0": "pseudonymise", "apply": "yes"})
    job = Job.objects.get(kind="derive")
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert job.params["recipe"][0]["decisions"] == [{"column": "", "kind": "email", "action": "pseudonymise"}]
