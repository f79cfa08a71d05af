"""What may be kept of answers: nothing by caches that several people share, unless an answer says otherwise."""

import pytest
from django.test import Client

from tests.brandkiln.library.test_changes import make_picture
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/w/acme/",
        "/w/acme/settings/audit/audit.csv",
        "/w/acme/library/more/",
        "/w/other/",
        "/accounts/login/",
    ],
)
def test_no_shared_cache_keeps_a_page_a_table_or_an_error(address: str, cast: Cast, client: Client) -> None:
    client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    assert "private" in client.get(address)["Cache-Control"]


def test_the_api_and_v1_are_kept_by_nobody_else(cast: Cast, client: Client) -> None:
    for address in ("/api/v1/projects", "/v1/models"):
        assert client.get(address)["Cache-Control"] == "private, no-cache"


def test_what_says_how_long_it_lasts_keeps_its_word(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    asset = make_picture(cast)
    answer = client.get(f"/w/acme/library/{asset.pk}/file/")
    assert b"".join(answer)  # to the end, which closes the file
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
