"""Comments on pieces as their pages send them."""

import json

from django.test import Client

from tests.brandkiln.review.conftest import PARTS, text_of
from tests.factories import Cast


def test_a_place_is_not_pinned_to_another_version_than_was_marked(cast: Cast, client: Client) -> None:
    piece, rita = text_of(cast, PARTS), client
    rita.force_login(cast.rita, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/w/acme/review/{piece.pk}/"
    place = {"kind": "passage", "start": 0, "end": 5}
    shown = rita.get(address).content.decode()
    assert f'name="seen" value="{piece.artifact.sha256}"' in shown
    sent = {"text": "Shoes?", "place": json.dumps(place), "seen": "0" * 64}
    refused = rita.post(f"{address}comments/", sent, headers={"X-Part": "piece"})
    assert refused.status_code == 422
    assert "It was changed meanwhile" in refused.content.decode()
    assert not piece.comments.exists()
    whole = rita.post(f"{address}comments/", sent | {"place": ""}, headers={"X-Part": "piece"})
    assert (whole.status_code, piece.comments.count()) == (200, 1)
