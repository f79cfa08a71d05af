"""Recipes over the API: what there is to choose, a job that runs one, and two versions compared."""

import json
from typing import Any

import pytest
from brandkiln.datasets.models import DatasetVersion
from brandkiln.datasets.recipes.registry import STEPS
from brandkiln.jobs.models import Job
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.brandkiln.datasets.recipes.versions import derive, make_version
from tests.factories import Cast, DatasetFactory


@pytest.fixture
def client(cast: Cast) -> Client:
    _token, text = issue_token(
        workspace=cast.acme, user=cast.ada, name="test", scopes=["read", "write", "jobs"]
    )
    return Client(headers={"Authorization": f"Bearer {text}"})


@pytest.fixture
def parent(cast: Cast) -> DatasetVersion:
    dataset = DatasetFactory(project=cast.project, kind="text")
    return make_version("text", [{"text": letter} for letter in "abab"], dataset=dataset)


def post(client: Client, version: DatasetVersion, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"/api/v1/versions/{version.pk}/derive", json.dumps(body), "application/json", headers=headers
    )


def test_every_step_is_published_with_the_schema_of_its_params(client: Client) -> None:
    body = client.get("/api/v1/recipe-steps").json()
    assert [step["step"] for step in body["items"]] == [step.name for step in STEPS]
    resize = next(step for step in body["items"] if step["step"] == "resize")
    assert resize["kinds"] == ["image"]
    assert resize["params"]["properties"]["width"]["maximum"] == 4096
    assert set(body["split_rule"]["properties"]) >= {"by", "train", "validation", "test", "together"}


def test_a_recipe_becomes_a_job_with_every_default(client: Client, parent: DatasetVersion) -> None:
    response = post(client, parent, {"recipe": [{"step": "drop_duplicates"}], "split_seed": 3})
    assert response.status_code == 202
    job = Job.objects.get(pk=response.json()["id"])
    assert (job.kind, job.dataset_version, job.seed) == ("derive", parent, 3)
    assert job.params["recipe"] == [{"step": "drop_duplicates", "keep": "first", "within_label": False}]
    assert job.params["split_rule"]["by"] == "keep"


def test_the_same_key_asks_once(client: Client, parent: DatasetVersion) -> None:
    body = {"recipe": [{"step": "drop_duplicates"}]}
    answers = {post(client, parent, body, **{"Idempotency-Key": "k"}).json()["id"] for _ in range(2)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"recipe": [{"step": "melt"}]}, "recipe.0.step"),
        ({"recipe": [{"step": "drop_duplicates", "keep": "both"}]}, "recipe.0.keep"),
        ({"recipe": [{"step": "drop_duplicates", "also": 1}]}, "recipe.0.also"),
        ({"recipe": [{"step": "resize"}]}, "recipe.0.step"),
        ({"recipe": [{"step": "drop_findings"}]}, "recipe.0"),
        ({"recipe": [], "split_rule": {"train": 90}}, "split_rule"),
        ({"recipe": [], "split_rule": {"by": "size"}}, "split_rule.by"),
        ({"recipe": [], "seed": 1}, "seed"),
        ({"recipe": [], "split_seed": -1}, "split_seed"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    client: Client, parent: DatasetVersion, body: dict[str, Any], field: str
) -> None:
    response = post(client, parent, body)
    assert response.status_code == 422
    assert field in response.json()["fields"]
    assert not Job.objects.exists()


def test_two_versions_are_compared_page_by_page(client: Client, parent: DatasetVersion) -> None:
    version = derive(parent, "drop_duplicates")
    address = f"/api/v1/versions/{version.pk}/compare"
    first = client.get(address, {"show": "removed", "limit": 1}).json()
    assert first["counts"] == {
        "added": 0, "removed": 2, "changed": 0, "relabelled": 0, "moved": first["counts"]["moved"], "same": 2,
    }  # fmt: skip
    assert first["items"][0]["before"]["position"] == 2
    assert first["items"][0]["after"] is None
    second = client.get(address, {"show": "removed", "limit": 1, "cursor": first["next"]}).json()
    assert (second["items"][0]["before"]["position"], second["next"]) == (3, None)


def test_a_version_of_another_workspace_cannot_be_compared_with(
    client: Client, parent: DatasetVersion
) -> None:
    other = make_version("text", [{"text": "secret"}])
    response = client.get(f"/api/v1/versions/{parent.pk}/compare", {"other": str(other.pk)})
    assert response.status_code == 404


def test_a_version_of_files_alone_needs_another_to_be_compared_with(
    client: Client, parent: DatasetVersion
) -> None:
    response = client.get(f"/api/v1/versions/{parent.pk}/compare")
    assert response.status_code == 422
    assert "other" in response.json()["fields"]
