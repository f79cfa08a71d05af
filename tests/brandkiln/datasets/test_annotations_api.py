"""Labels over the API: seen, changed, and taken away."""

import json
from typing import Any

import pytest
from brandkiln.datasets.models import Annotation, DatasetVersion, Record
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.factories import Cast, DatasetVersionFactory, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    version = DatasetVersionFactory(
        dataset__project=cast.project,
        record_count=5,
        labels=["cup"],
        counts={"label": {"cup": 1}, "split": {}},
    )
    for place, label in enumerate(["cup", "", "", "", ""]):
        Record.objects.create(
            version=version, position=place, name=f"{place}.png", label=label, split="train"
        )
    return version


@pytest.fixture
def caller(cast: Cast) -> Client:
    _token, text = issue_token(workspace=cast.acme, user=cast.ben, name="labels", scopes=["read", "write"])
    return Client(headers={"Authorization": f"Bearer {text}"})


def patch(caller: Client, version: DatasetVersion, **body: Any) -> Any:
    return caller.patch(f"/api/v1/versions/{version.pk}/annotations", body, "application/json")


def test_changes_are_saved_or_come_back_as_conflicts(
    cast: Cast, version: DatasetVersion, caller: Client
) -> None:
    answer = patch(caller, version, changes=[{"position": 1, "label": "cup", "caption": "A cup"}])
    (saved,) = answer.json()["saved"]
    assert (saved["label"], saved["caption"], saved["revision"], saved["by"]) == (
        "cup",
        "A cup",
        1,
        str(cast.ben),
    )
    again = patch(caller, version, changes=[{"position": 1, "label": ""}, {"position": 2, "label": "cup"}])
    assert [one["position"] for one in again.json()["saved"]] == [2]
    assert again.json()["conflicts"][0]["revision"] == 1
    patch(caller, version, changes=[{"position": 1, "label": "", "revision": 1}])
    assert list(Annotation.objects.filter(position=1).values_list("label", "caption")) == [("", "A cup")]


def test_a_new_label_comes_into_the_set_only_if_that_is_asked_for(
    version: DatasetVersion, caller: Client
) -> None:
    refused = patch(caller, version, changes=[{"position": 1, "label": "plate"}])
    assert (refused.status_code, "There is no label" in refused.json()["message"]) == (422, True)
    assert (
        patch(caller, version, changes=[{"position": 1, "label": "plate"}], add_labels=True).status_code
        == 200
    )
    labels = caller.get(f"/api/v1/versions/{version.pk}/labels").json()
    assert labels == {
        "labels": [{"name": "cup", "key": "1", "records": 1}, {"name": "plate", "key": "2", "records": 1}],
        "unlabelled": 3,
        "total": 5,
    }


def test_records_are_listed_as_they_are_labelled_now(version: DatasetVersion, caller: Client) -> None:
    patch(caller, version, changes=[{"position": 1, "label": "cup"}])
    where = f"/api/v1/versions/{version.pk}/annotations"
    first = caller.get(f"{where}?limit=2").json()
    assert [(one["label"], one["said"]["revision"]) for one in first["items"]] == [("cup", 0), ("cup", 1)]
    rest = caller.get(f"{where}?limit=2&show=unlabelled&cursor={first['next']}").json()
    assert [one["position"] for one in rest["items"]] == [2, 3]
    changed = caller.get(f"{where}?show=changed").json()
    assert ([one["position"] for one in changed["items"]], changed["next"]) == ([1], None)


def test_labels_are_exported_line_by_line(version: DatasetVersion, caller: Client) -> None:
    answer = caller.get(f"/api/v1/versions/{version.pk}/annotations/export?format=jsonl")
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[arg-type]
    assert [line["label"] for line in lines] == ["cup", "", "", "", ""]
    assert answer["Content-Disposition"] == f'attachment; filename="labels-v{version.number}.jsonl"'
