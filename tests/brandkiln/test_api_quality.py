"""What a check found, through the API."""

import pytest
from brandkiln.datasets.checks.quality import check_version, keep_check
from brandkiln.workspaces.services import issue_token
from django.test import Client

from tests.brandkiln.datasets.checks.versions import image_line, picture, row_line, version_of
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast) -> Client:
    _token, text = issue_token(workspace=cast.acme, user=cast.ada, name="t", scopes=["read", "jobs"])
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_the_quality_of_a_version_is_told_with_what_mends_it(cast: Cast, ada: Client) -> None:
    version = version_of("image", [image_line(picture(seed)) for seed in (1, 2, 2)], workspace=cast.acme)
    address = f"/api/v1/versions/{version.pk}"
    unchecked = ada.get(f"{address}/quality").json()
    assert (unchecked["checked_at"], unchecked["records"], unchecked["found"]) == (None, 3, [])
    keep_check(version, check_version(version, lambda done, total, message: None))
    told = ada.get(f"{address}/quality").json()
    assert (told["records"], told["touched"]) == (3, 2)
    assert told["found"] == [
        {
            "code": "exact_duplicate", "title": "Exact duplicates", "records": 2, "groups": 1,
            "mend": {"step": "drop_duplicates"},
        }
    ]  # fmt: skip
    assert {one["generator"] for one in told["advice"]} >= {"image-gan", "image-vae", "image-diffusion"}
    assert "width" in told["figures"]["histograms"]
    first = ada.get(f"{address}/findings?limit=1").json()
    assert [(one["position"], one["group"]) for one in first["items"]] == [(1, 1)]
    rest = ada.get(f"{address}/findings?limit=1&cursor={first['next']}&code=exact_duplicate").json()
    assert [(one["position"], one["name"]) for one in rest["items"]] == [(2, "2.png")]
    assert rest["next"] is None


def test_a_check_is_asked_for_and_a_table_is_not_compared(cast: Cast, ada: Client) -> None:
    version = version_of("table", [row_line(price=1)], workspace=cast.acme)
    address = f"/api/v1/versions/{version.pk}/check"
    for _ in range(2):
        answer = ada.post(address, {}, content_type="application/json")
        assert (answer.status_code, answer.json()["kind"]) == (202, "check")
    refused = ada.post(address, {"what": "compare"}, content_type="application/json")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["what"])
