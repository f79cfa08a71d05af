"""The API as others rely on it: shapes, errors, idempotency, and the document that describes it all."""

import json
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.models import Record
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.services import keep_sample
from brandkiln.workspaces.services import issue_token
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory, JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast) -> Client:
    _token, text = issue_token(workspace=cast.acme, user=cast.ada, name="t", scopes=["read", "write", "jobs"])
    return Client(headers={"Authorization": f"Bearer {text}"})


def send(client: Client, address: str, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"/api/v1{address}", text, content_type="application/json", headers=headers)


COPY = {
    "project": "spring",
    "generator": "text-lm",
    "kind": "sample",
    "params": {"product": "A steel mug, 300 ml"},
}


def test_a_submitted_job_is_answered_at_once_with_its_place_in_the_line(client: Client) -> None:
    response = send(client, "/jobs", COPY)
    job = response.json()
    assert response.status_code == 202
    assert (job["state"], job["queue_position"], job["error"], job["assets"]) == ("queued", 1, None, [])
    assert job["params"]["format"] == "product_description"  # defaults are written out
    assert client.get(f"/api/v1/jobs/{job['id']}").json() == job


def test_the_same_key_and_body_give_the_same_job(client: Client) -> None:
    first = send(client, "/jobs", COPY, **{"Idempotency-Key": "a"}).json()
    again = send(client, "/jobs", COPY, **{"Idempotency-Key": "a"}).json()
    assert again["id"] == first["id"]
    other = send(client, "/jobs", {**COPY, "params": {"product": "A hat"}}, **{"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"generator": "image-dream"}, "generator"),
        ({"kind": "report"}, "kind"),
        ({"params": {}}, "params.product"),
        ({"params": {"product": "A mug", "temprature": 1}}, "params.temprature"),
        ({"params": {"product": "A mug", "variants": 0}}, "params.variants"),
        ({"priority": 99}, "priority"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_request_that_does_not_fit_names_the_field(
    client: Client, change: dict[str, Any], field: str
) -> None:
    response = send(client, "/jobs", {**COPY, **change})
    body = response.json()
    assert (response.status_code, body["code"]) == (422, "unprocessable")
    assert set(body) == {"code", "message", "fields"}
    assert any(name.endswith(field) for name in body["fields"]), body


def test_production_needs_a_checkpoint_in_production(client: Client, cast: Cast) -> None:
    request = {"project": "spring", "generator": "image-gan", "kind": "sample", "checkpoint": "production"}
    response = send(client, "/jobs", request)
    assert (response.status_code, "checkpoint" in response.json()["fields"]) == (422, True)
    Checkpoint.objects.create(
        workspace=cast.acme,
        project=cast.project,
        generator="image-gan",
        generator_version="1",
        number=1,
        weights=store.put_bytes(b"w", workspace=cast.acme, media_type="application/octet-stream"),
        card={},
        is_production=True,
    )
    assert send(client, "/jobs", request).status_code == 202


def test_a_job_shows_its_assets_and_they_can_be_fetched(client: Client, cast: Cast) -> None:
    job = JobFactory(project=cast.project, state="succeeded")
    keep_sample(job=job, position=0, media_type="text/plain", text="Boots that last.")
    (asset,) = client.get(f"/api/v1/jobs/{job.pk}").json()["assets"]
    assert set(asset) == {"id", "media_type", "text", "download_url", "sha256"}
    assert asset["text"] == "Boots that last."
    download = client.get(asset["download_url"])
    text, line = b"".join(download.streaming_content).split(b"\n\n")
    assert (text, line.split()[:2]) == (b"Boots that last.", [b"[brandkiln-receipt", asset["id"].encode()])
    assert download["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in download["Content-Security-Policy"]
    receipt = client.get(f"/api/v1/assets/{asset['id']}/receipt").json()["receipt"]
    assert receipt["content"]["sha256"] == asset["sha256"]


def test_a_failed_job_says_why_and_can_be_retried_once(client: Client, cast: Cast) -> None:
    job = JobFactory(
        project=cast.project,
        state="failed",
        generator="text-lm",
        params=COPY["params"],
        error_code="refused",
        error_message="Too long.",
    )
    assert client.get(f"/api/v1/jobs/{job.pk}").json()["error"] == {"code": "refused", "message": "Too long."}
    retried = send(client, f"/jobs/{job.pk}/retry", {}).json()
    assert (retried["retry_of"], retried["state"]) == (str(job.pk), "queued")
    assert send(client, f"/jobs/{job.pk}/retry", {}).json()["id"] == retried["id"]


def test_a_queued_job_is_cancelled_at_once(client: Client, cast: Cast) -> None:
    job = JobFactory(project=cast.project)
    assert send(client, f"/jobs/{job.pk}/cancel", {}).json()["state"] == "cancelled"


def test_generators_come_with_the_schemas_of_their_params(client: Client) -> None:
    listed = client.get("/api/v1/generators").json()
    assert {"text-lm", "image-gan", "image-vae", "report"} <= {spec["name"] for spec in listed["items"]}
    text = client.get("/api/v1/generators/text-lm").json()
    properties = text["params"]["sample"]["properties"]
    assert {"format", "product", "language", "variants", "temperature", "seed"} <= set(properties)
    assert text["params"]["sample"]["required"] == ["product"]
    for name in ("image-gan", "image-vae", "image-diffusion"):
        spec = client.get(f"/api/v1/generators/{name}").json()
        assert {"count", "label", "seed"} <= set(spec["params"]["sample"]["properties"])
        assert {"train", "sample", "evaluate"} <= set(spec["kinds"])


def test_a_data_set_is_created_filled_and_listed(client: Client) -> None:
    made = send(client, "/datasets", {"project": "spring", "name": "Sales", "kind": "table"})
    assert made.status_code == 201
    key = made.json()["id"]
    file = SimpleUploadedFile("sales.csv", b"day,units\n2026-01-01,3\n2026-01-02,5\n")
    job = client.post(f"/api/v1/datasets/{key}/uploads", {"file": file})
    assert (job.status_code, job.json()["kind"], job.json()["state"]) == (202, "ingest", "queued")
    (listed,) = client.get("/api/v1/datasets").json()["items"]
    assert (listed["id"], listed["latest_version"]) == (key, None)


def test_lists_are_paged_by_cursor(client: Client, cast: Cast) -> None:
    for number in range(5):
        DatasetVersionFactory(dataset__project=cast.project, dataset__name=str(number))
    first = client.get("/api/v1/datasets?limit=3").json()
    second = client.get(f"/api/v1/datasets?limit=3&cursor={first['next']}").json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 2, None)


def test_the_document_and_its_page_are_served_without_a_token() -> None:
    assert "/api/v1/jobs" in Client().get("/api/openapi.json").json()["paths"]
    page = Client().get("/api/docs")
    assert (page.status_code, b"https://" in page.content) == (200, False)
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_issue_token_prints_a_token_that_works(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("issue_token", "--workspace", "acme", "--email", "ben@example.com", "--scope", "read")
    text = capsys.readouterr().out.strip()
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get("/api/v1/workspaces").json()["items"][0]["role"] == "creator"
    assert send(client, "/jobs", COPY).status_code == 403


def test_metrics_count_jobs_and_are_for_this_machine(cast: Cast, settings: Any) -> None:
    JobFactory(project=cast.project)
    text = Client().get("/metrics").content.decode()
    assert 'brandkiln_jobs{queue="sample",state="queued"} 1.0' in text
    assert Client(headers={"X-Forwarded-For": "203.0.113.7"}).get("/metrics").status_code == 404
    for said in (
        {"X-Real-IP": "203.0.113.7"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 nginx"},
    ):
        assert Client(headers=said).get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "secret"
    assert Client().get("/metrics").status_code == 404
    assert Client(headers={"Authorization": "Bearer secret"}).get("/metrics").status_code == 200


def test_readiness_names_what_is_missing(settings: Any) -> None:
    assert Client().get("/readyz").status_code == 200
    settings.BROKER_URL = "unix:///nowhere/valkey.sock"
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "ok")
    assert response.json()["broker"] == "ConnectionError"


def test_an_empty_key_is_no_key(client: Client) -> None:
    answers = [send(client, "/jobs", COPY, **{"Idempotency-Key": ""}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert Job.objects.count() == 2


@pytest.mark.parametrize(("number", "status"), [("9" * 400, 200), ("1e999", 400)])
def test_an_estimate_outlives_numbers_of_any_size(client: Client, number: str, status: int) -> None:
    body = json.dumps(COPY).replace('"params": {', f'"params": {{"variants": {number}, ')
    response = send(client, "/jobs/estimate", body)
    assert response.status_code == status
    assert "Infinity" not in response.content.decode()


def test_a_list_of_jobs_takes_as_many_queries_for_many_as_for_few(cast: Cast, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            jobs = client.get("/api/v1/jobs").json()["items"]
        assert [job["queue_position"] for job in jobs] == list(range(len(jobs), 0, -1))
        assert {len(job["assets"]) for job in jobs} == {1}
        return len(asked)

    def submit(number: int) -> None:
        for job in JobFactory.create_batch(number, project=cast.project):
            keep_sample(job=job, position=0, media_type="text/plain", text="x")

    submit(2)
    client.get("/api/v1/jobs")
    few = queries()
    submit(10)
    assert queries() == few


def test_too_many_files_are_answered_like_every_error(cast: Cast, client: Client) -> None:
    dataset = DatasetFactory(project=cast.project)
    files = [SimpleUploadedFile(f"{number}.png", b"x") for number in range(101)]
    response = client.post(f"/api/v1/datasets/{dataset.pk}/uploads", {"file": files})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_a_downloaded_text_says_that_it_is_utf_8(cast: Cast, client: Client) -> None:
    job = JobFactory(project=cast.project, requested_by=cast.ben)
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="钢杯")
    response = client.get(f"/api/v1/assets/{asset.pk}/download")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.getvalue().decode().partition("\n\n")[0] == "钢杯"


def test_lists_of_versions_leave_their_reports_in_the_database(cast: Cast, client: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    for address in ("/datasets", f"/datasets/{version.dataset_id}/versions"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/api/v1{address}").json()["items"]
        assert not [query for query in asked if '"datasets_datasetversion"."report"' in query["sql"]]


def test_records_are_listed_behind_a_cursor_and_filtered(client: Client, cast: Cast) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, number=1)
    for position in range(12):
        split, label = ("test" if position % 3 == 2 else "train"), ("bag" if position < 6 else "shoe")
        Record.objects.create(version=version, position=position, split=split, label=label)
    address = f"/api/v1/versions/{version.pk}/records"
    first = client.get(f"{address}?limit=5").json()
    assert [one["position"] for one in first["items"]] == [0, 1, 2, 3, 4]
    second = client.get(f"{address}?limit=5&cursor={first['next']}").json()
    assert [one["position"] for one in second["items"]] == [5, 6, 7, 8, 9]
    found = client.get(f"{address}?split=test&label=shoe").json()
    assert ([one["position"] for one in found["items"]], found["next"]) == ([8, 11], None)
    assert client.get(f"{address}?split=tests").status_code == 422
