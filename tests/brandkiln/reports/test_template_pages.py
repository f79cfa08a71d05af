"""The pages on which a report is begun and its template is edited."""

import json
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.reports.models import Report, Template
from brandkiln.reports.templates import create_template, newest_version
from django.test import Client

from generators.interactive import SCRIPT_SOURCE
from tests.factories import Cast, DatasetVersionFactory, make_cast

COLUMNS = [
    {"name": "day", "kind": "date", "role": "time"},
    {"name": "shop", "kind": "text", "role": "dimension"},
    {"name": "takings", "kind": "number", "role": "measure"},
]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    columns = [{"name": column["name"], "type": "text"} for column in COLUMNS]
    return DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="table", number=1, columns=columns, record_count=9
    )


@pytest.fixture
def own(cast: Cast) -> Template:
    return create_template(workspace=cast.acme, actor=cast.ada, name="Board", copied_from="overview")


def edit(client: Client, own: Template, do: str, document: Any, **sent: str) -> Any:
    body = {"document": json.dumps(document), "seen": "1", "do": do, **sent}
    address = f"/w/acme/reports/templates/{own.pk}/edit/"
    return client.post(address, body, headers={"HX-Request": "true"}).context


def answer(job: Job, **result: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state="succeeded", result=result)


def test_a_report_is_begun_with_columns_that_were_corrected(client: Client, cast: Cast, version: Any) -> None:
    waiting = client.get("/w/acme/reports/new/")
    assert "Waiting for a worker" in waiting.text
    look = Job.objects.get(kind="preview")
    facts = {"examples": ["a"], "distinct": 3, "missing": 0, "reason": {"en": "Seen.", "zh": "见。"}}
    answer(look, rows=9, columns=[{**column, **facts} for column in COLUMNS])
    start = client.get("/w/acme/reports/new/columns/", {"role-takings": "revenue"}).context["start"]
    assert Job.objects.count() == 1  # the same look serves every page
    assert [row["now"] for row in start.columns] == ["time", "dimension", "revenue"]
    unfit = {card.offered.key: card.fit.missing for card in start.cards if not card.fit.fits}
    assert unfit == {"customer-cohorts": ("customer",), "opinion-digest": ("text",)}
    sent = {
        "on": str(version.pk), "template": "sales-monthly", "role-takings": "revenue", "title": "Takings",
        "project": str(cast.project.pk), "language": "zh", "formats": ["pdf", "pptx"], "accent": "#204060",
    }  # fmt: skip
    made = client.post("/w/acme/reports/new/", sent)
    report = Report.objects.get()
    assert made["Location"] == f"/w/acme/reports/{report.pk}/1/"
    assert (report.ready, report.language, report.formats) == ("sales-monthly", "zh", ["pdf", "pptx"])
    job = Job.objects.get(kind="report")
    assert job.params["roles"] == {"takings": "revenue"}
    assert job.params["template"]["name"] == "sales-monthly"


def test_blocks_are_changed_moved_and_saved(client: Client, own: Template, version: Any) -> None:
    document = newest_version(own).document
    context = edit(client, own, "up:trend", document)
    assert [row["id"] for row in context["editor"].sections[1]["blocks"]] == ["keys", "trend"]
    context = edit(client, own, "choose:ranking", document)
    [form] = [b["form"] for s in context["editor"].sections for b in s["blocks"] if "form" in b]
    assert "takings" in dict(form.params.fields["dimension"].choices)
    filled = {
        "chosen": "ranking", "b-dimension": "shop", "b-top_n": "7", "b-title-en": "Shops", "b-f0-column": "shop",
        "b-f0-op": "is_not", "b-f0-values": "Closed\nMoved",
    }  # fmt: skip
    context = edit(client, own, "save", document, **filled)
    assert context["saved"] == 2
    block = next(
        b for s in newest_version(own).document["sections"] for b in s["blocks"] if b["id"] == "ranking"
    )
    assert (block["dimension"], block["top_n"], block["title"]) == ("shop", 7, {"en": "Shops"})
    assert block["filters"] == [{"column": "shop", "op": "is_not", "values": ["Closed", "Moved"]}]
    refused = edit(client, own, "save", document, chosen="ranking")
    assert "Version 2 was saved while you changed version 1" in refused["refusal"]


def test_what_does_not_fit_is_said_at_its_block(client: Client, own: Template, version: Any) -> None:
    context = edit(
        client, own, "look", newest_version(own).document, **{"chosen": "ranking", "b-top_n": "5000"}
    )
    [block] = [b for s in context["editor"].sections for b in s["blocks"] if b["problems"]]
    assert (block["id"], block["problems"][0].field) == ("ranking", "top_n")
    assert block["form"].params.errors["top_n"]
    shown = client.post(
        "/w/acme/reports/previews/", {"document": context["editor"].text, "on": str(version.pk)}
    )
    assert "choose:ranking" in shown.text
    assert not Job.objects.exists()
    nonsense = client.post("/w/acme/reports/previews/", {"document": '{"sections": 3}'})
    assert "is no template" in nonsense.text


def test_a_draft_is_previewed_once_in_a_frame_that_runs_nothing(
    client: Client, cast: Cast, own: Template, version: Any
) -> None:
    sent = {"document": json.dumps(newest_version(own).document), "on": str(version.pk), "language": "zh"}
    client.post("/w/acme/reports/previews/", sent)
    client.post("/w/acme/reports/previews/", sent)
    job = Job.objects.get(kind="preview")
    page = store.put_bytes(b"<p>Report</p>", workspace=cast.acme, media_type="text/html")
    answer(job, rows=9, is_cut=False, missing={"mix": "No dates."}, page=str(page.pk))
    shown = client.get(f"/w/acme/reports/previews/{job.pk}/")
    assert f"/w/acme/reports/previews/{job.pk}/page/" in shown.text
    assert "No dates." in shown.text
    frame = client.get(f"/w/acme/reports/previews/{job.pk}/page/")
    assert frame.headers["Content-Security-Policy"].endswith(
        f"script-src {SCRIPT_SOURCE}; sandbox allow-scripts"
    )
    assert b"".join(frame.streaming_content) == b"<p>Report</p>"  # type: ignore[attr-defined]


def test_versions_are_compared_and_restored(client: Client, own: Template) -> None:
    edit(client, own, "remove:mix", document := newest_version(own).document)
    context = edit(client, own, "save", {**document, "title": {"en": "Board", "zh": "董事会"}}, note="Named")
    assert context["saved"] == 2
    compared = client.get(f"/w/acme/reports/templates/{own.pk}/versions/2/")
    assert "董事会" in compared.text
    client.post(f"/w/acme/reports/templates/{own.pk}/versions/1/")
    assert newest_version(own).number == 3
    assert newest_version(own).document["title"] == document["title"]
