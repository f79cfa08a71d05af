"""From a scan to a protected version: decisions, what they do to records, and who may train meanwhile."""

import json
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.derive import derive_version
from brandkiln.datasets.models import DatasetVersion, PersonalDataScan, Record
from brandkiln.datasets.protection.decisions import decide, record_scan, undecided_findings
from brandkiln.datasets.protection.pseudonyms import plain, pseudonym, workspace_key
from brandkiln.datasets.recipes.registry import parse_recipe
from brandkiln.datasets.splits import parse_rule
from brandkiln.jobs.models import Job
from brandkiln.jobs.personal_data import submit_protection, submit_scan
from brandkiln.workspaces.models import AuditEntry

from tests.factories import Cast, DatasetVersionFactory, WorkspaceFactory

ROWS = [
    {"mail": "Ann@Example.com", "note": "Call 13812345678 or ann@example.com", "age": 31},
    {"mail": "bob@example.com", "note": "nothing", "age": 42},
    {"mail": "", "note": "card 4111111111111111", "age": 53},
]
SPANS = [
    (0, "mail", 15, 0, 15, "email"),
    (0, "note", 35, 5, 16, "cn_mobile"),
    (0, "note", 35, 20, 35, "email"),
    (1, "mail", 15, 0, 15, "email"),
    (2, "note", 21, 5, 21, "credit_card"),
]
FOUND = [
    {"column": column, "kind": kind, "count": 1, "records": 1, "examples": []}
    for column, kind in (("mail", "email"), ("note", "cn_mobile"), ("note", "email"), ("note", "credit_card"))
]


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    columns = [
        {"name": name, "type": kind} for name, kind in (("mail", "text"), ("note", "text"), ("age", "whole"))
    ]
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="table", number=1, columns=columns, record_count=3
    )
    for position, fields in enumerate(ROWS):
        Record.objects.create(
            version=version, position=position, sha256=f"{position:064x}", split="train", fields=fields
        )
    return version


@pytest.fixture
def scan(version: DatasetVersion) -> PersonalDataScan:
    names = ("position", "column", "length", "start", "end", "kind")
    lines = "".join(json.dumps(dict(zip(names, span, strict=True))) + "\n" for span in SPANS)
    spans = store.put_bytes(lines.encode(), workspace=version.workspace, media_type="application/jsonl")
    return record_scan(
        version=version, summary={"found": FOUND, "records": 3, "records_with": 3}, spans=spans
    )


def choose(*actions: str) -> list[dict[str, str]]:
    pairs = zip(FOUND, actions, strict=True)
    return [{"column": one["column"], "kind": one["kind"], "action": action} for one, action in pairs]


def protected(version: DatasetVersion, actor: Any) -> DatasetVersion:
    job = submit_protection(version=version, actor=actor)
    return derive_version(
        parent=version,
        recipe=parse_recipe(job.params["recipe"], kind="table"),
        split_rule=parse_rule(job.params["split_rule"]),
        split_seed=0,
        actor=actor,
        report_progress=lambda *progress: None,
        key=str(job.pk),
    )


def test_a_version_is_scanned_once_at_a_time(cast: Cast, version: DatasetVersion) -> None:
    job = submit_scan(version=version, actor=cast.ben)
    assert (job.kind, job.queue, job.params) == ("scan", "train", {"total": 3})
    assert submit_scan(version=version, actor=cast.ada) == job


def test_decisions_are_kept_audited_and_complete_one_another(cast: Cast, scan: PersonalDataScan) -> None:
    decide(scan=scan, decisions=choose("mask", "mask", "mask", "mask")[:1], actor=cast.pia)
    assert len(undecided_findings(scan.version)) == 3
    decide(scan=scan, decisions=choose("allow", "mask", "mask", "block"), actor=cast.pia)
    assert undecided_findings(scan.version) == []
    assert AuditEntry.objects.filter(action="personal_data.decided", actor=cast.pia).count() == 2
    record_scan(version=scan.version, summary={"found": FOUND}, spans=scan.spans)
    assert undecided_findings(scan.version) == []


def test_a_decision_about_what_was_not_found_is_refused(cast: Cast, scan: PersonalDataScan) -> None:
    with pytest.raises(Unprocessable, match="found no"):
        decide(scan=scan, decisions=[{"column": "age", "kind": "email", "action": "mask"}], actor=None)
    with pytest.raises(Unprocessable, match="is no decision"):
        decide(scan=scan, decisions=choose("shred", "mask", "mask", "mask"), actor=None)


def test_records_are_masked_pseudonymised_and_dropped(cast: Cast, scan: PersonalDataScan) -> None:
    decide(scan=scan, decisions=choose("pseudonymise", "mask", "pseudonymise", "block"), actor=cast.ada)
    made = protected(scan.version, cast.ada)
    first, second = (record.fields for record in made.records.order_by("position"))
    assert first["mail"] == pseudonym("ann@example.com", "email", workspace_key(cast.acme.pk))
    assert first["note"] == f"Call [cn_mobile] or {first['mail']}", (
        "the same person has the same name everywhere"
    )
    assert second["mail"].endswith("@person.invalid")
    assert second["mail"] != first["mail"]
    assert (second["note"], second["age"]) == ("nothing", 42)
    (step,) = made.recipe
    assert step["counts"] | {"blocked": 1, "masked": 1, "pseudonymised": 3} == step["counts"]
    assert "ann@example.com" not in json.dumps([first, second, made.report, made.recipe]).lower()


def test_where_everything_is_allowed_no_version_is_made(cast: Cast, scan: PersonalDataScan) -> None:
    decide(scan=scan, decisions=choose("allow", "allow", "allow", "allow"), actor=None)
    with pytest.raises(Unprocessable, match="no new version is needed"):
        submit_protection(version=scan.version, actor=None)
    assert not Job.objects.filter(kind="derive").exists()


def test_a_version_that_was_not_scanned_can_not_be_protected(cast: Cast, version: DatasetVersion) -> None:
    recipe = [{"step": "protect_text", "decisions": [{"column": "mail", "kind": "email", "action": "mask"}]}]
    (step,) = parse_recipe(recipe, kind="table")
    assert "scan it first" in step.needs(version)


def test_places_of_another_text_are_refused_rather_than_cut(cast: Cast, scan: PersonalDataScan) -> None:
    decide(scan=scan, decisions=choose("mask", "mask", "mask", "mask"), actor=None)
    Record.objects.filter(position=1).update(fields={"mail": "robert@example.com", "note": "", "age": 1})
    with pytest.raises(Unprocessable, match="not those that were scanned"):
        protected(scan.version, None)


def test_a_pseudonym_is_of_the_person_and_of_the_workspace() -> None:
    ours, theirs = (workspace_key(WorkspaceFactory.build().pk) for _ in range(2))
    assert pseudonym("John  SMITH", "person", ours) == pseudonym("john smith", "person", ours)
    assert pseudonym("John Smith", "person", ours) != pseudonym("John Smith", "person", theirs)
    assert plain("+86 138-1234-5678", "cn_mobile") == plain("13812345678", "cn_mobile")
    assert plain("de89 3704 0044", "iban") == "DE8937040044"
