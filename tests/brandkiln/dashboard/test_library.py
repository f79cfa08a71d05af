"""The library's pages and the bytes behind them."""

import io
import json
import zipfile

from brandkiln.artifacts import store
from brandkiln.library.models import Asset
from brandkiln.library.services import keep_sample
from django.test import Client

from tests.factories import Cast, JobFactory


def make_asset(cast: Cast, text: str = "Boots that last.", **fields: object) -> Asset:
    job = JobFactory(project=cast.project, generator="text-lm", requested_by=cast.ben)
    return keep_sample(job=job, position=0, media_type="text/plain", text=text, **fields)  # type: ignore[arg-type]


def test_the_library_is_searched_by_word_kind_and_rating(cast: Cast, ben: Client) -> None:
    make_asset(cast, "Boots that last.")
    make_asset(cast, "A coat for the walk to work.")
    page = ben.get("/w/acme/library/?q=coat").content.decode()
    assert "A coat for the walk" in page
    assert "Boots that last" not in page
    assert "No asset fits" in ben.get("/w/acme/library/?kind=image").content.decode()
    assert "No asset fits" in ben.get("/w/acme/library/?rating=4").content.decode()


def test_an_asset_page_shows_its_receipt(cast: Cast, ben: Client) -> None:
    asset = make_asset(cast, seed=42)
    page = ben.get(f"/w/acme/library/{asset.pk}/").content.decode()
    for fact in ("ben@example.com", "text-lm", "42", asset.artifact.sha256[:24]):
        assert fact in page


def test_stars_tags_and_the_trash_are_undone_as_easily_as_done(cast: Cast, ben: Client) -> None:
    asset = make_asset(cast)
    stars = ben.post(
        f"/w/acme/library/{asset.pk}/rate/", {"rating": "4"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert stars.count('class="on"') == 4
    ben.post(f"/w/acme/library/{asset.pk}/tags/", {"tags": "Spring，hero"})
    ben.post(f"/w/acme/library/{asset.pk}/trash/")
    asset.refresh_from_db()
    assert (asset.rating, asset.tags, asset.trashed_at is None) == (4, ["hero", "spring"], False)
    ben.post(f"/w/acme/library/{asset.pk}/restore/")
    asset.refresh_from_db()
    assert asset.trashed_at is None


def test_picked_assets_come_with_their_receipts(cast: Cast, ben: Client) -> None:
    asset = make_asset(cast, seed=7)
    answer = ben.post("/w/acme/library/download/", {"asset": [asset.pk]})
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        names = sorted(archive.namelist())
        receipt = json.loads(archive.read(names[0]))
        assert archive.read(names[1]) == b"Boots that last."
    assert (receipt["receipt"]["seed"], len(receipt["signature"])) == (7, 64)


def test_somebody_elses_assets_are_not_in_the_file(cast: Cast, ben: Client) -> None:
    from tests.factories import ProjectFactory

    foreign = keep_sample(
        job=JobFactory(project=ProjectFactory(workspace=cast.other)),
        position=0,
        media_type="text/plain",
        text="Secret.",
    )
    assert ben.post("/w/acme/library/download/", {"asset": [foreign.pk, "no-uuid"]}).status_code == 302


def test_a_page_that_was_generated_can_run_nothing(cast: Cast, ben: Client) -> None:
    job = JobFactory(project=cast.project, generator="report")
    asset = keep_sample(job=job, position=0, media_type="text/html", text="<script>alert(1)</script>")
    answer = ben.get(f"/w/acme/library/{asset.pk}/file/")
    assert answer.getvalue() == b"<script>alert(1)</script>"
    assert answer["Content-Type"].startswith("text/html")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_only_pictures_among_artifacts_are_shown_the_rest_is_a_download(cast: Cast, ben: Client) -> None:
    page = store.put_bytes(b"<h1>hi</h1>", workspace=cast.acme, media_type="text/html")
    answer = ben.get(f"/w/acme/files/{page.pk}/")
    assert answer.getvalue() == b"<h1>hi</h1>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
