"""The library's page: pieces in blocks, filters as chips, many changed at once, files that come back."""

from typing import Any

from brandkiln.library.models import Asset, Change
from brandkiln.library.rereading import exported
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.brandkiln.answers import finish
from tests.brandkiln.library.test_changes import make_picture
from tests.brandkiln.library.test_finding import make
from tests.factories import Cast

JSON = {"accept": "application/json"}


def test_pieces_come_in_blocks_that_name_the_next(cast: Cast, ben: Client) -> None:
    make(cast, *(f"Piece {n} of boots" for n in range(50)))
    page = ben.get("/w/acme/library/?kind=text&q=boots").content.decode()
    assert page.count("data-asset=") == 24
    assert '<mark class="hit">boots</mark>' in page
    cursor = page.partition('data-next="')[2].partition('"')[0]
    block = ben.get(f"/w/acme/library/more/?kind=text&q=boots&cursor={cursor}").content.decode()
    assert (block.count("data-asset="), 'data-next=""' in block) == (26, True)
    assert "Piece 0 of" in block
    assert 'href="?q=boots"' in page  # the chip of the kind leads to what is left


def test_all_that_fit_are_changed_and_it_is_taken_back(cast: Cast, ben: Client) -> None:
    make(cast, "Boots one", "Boots two", "Coat")
    sent = {"action": "trash", "everything": "1", "q": "boots"}
    answer = ben.post("/w/acme/library/change/", sent, headers=JSON).json()
    assert (answer["count"], Asset.objects.filter(trashed_at=None).count()) == (2, 1)
    back = ben.post(answer["undo"], {"back": "https://evil.example/"})
    assert (back["Location"], Asset.objects.filter(trashed_at=None).count()) == ("/w/acme/library/", 3)
    assert (
        ben.post("/w/acme/library/change/", {"action": "rate", "value": "9"}, headers=JSON).status_code == 422
    )
    asset = Asset.objects.first()
    plain: Any = ben.post(
        "/w/acme/library/change/", {"action": "rate", "value": "5", "asset": asset.pk}, follow=True
    )  # type: ignore[union-attr]
    assert (
        f"/w/acme/library/changes/{Change.objects.order_by('-created_at')[0].pk}/undo/"
        in plain.content.decode()
    )


def test_deleting_for_good_is_confirmed_and_for_publishers(cast: Cast, ben: Client, pia: Client) -> None:
    [asset] = make(cast, "Boots")
    ben.post("/w/acme/library/change/", {"action": "trash", "asset": asset.pk})
    sent = {"asset": asset.pk, "sure": "yes"}
    assert ben.post("/w/acme/library/delete/", sent).status_code == 403
    pia.post("/w/acme/library/delete/", {"asset": asset.pk})
    assert Asset.objects.filter(pk=asset.pk).exists()
    pia.post("/w/acme/library/delete/", sent)
    assert not Asset.objects.filter(pk=asset.pk).exists()


def test_a_thumbnail_is_webp_that_browsers_keep(cast: Cast, ben: Client) -> None:
    asset = make_picture(cast)
    address = f"/w/acme/library/{asset.pk}/thumb/320/"
    answer = ben.get(address)
    assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("image/webp", True)
    finish(answer)
    assert ben.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert ben.get(f"/w/acme/library/{asset.pk}/thumb/333/").status_code == 404


def test_an_exported_picture_opens_the_form_with_its_settings(cast: Cast, ben: Client) -> None:
    asset = make_picture(cast)
    asset.job.generator = asset.generator = "image-gan"  # type: ignore[union-attr]
    asset.job.save()  # type: ignore[union-attr]
    asset.receipt["generator"] = {"name": "image-gan", "version": "1.0.0"}
    asset.save()
    data = exported(asset)
    page = ben.post("/w/acme/library/reread/", {"file": SimpleUploadedFile("a.png", data)}).content.decode()
    assert f"/w/acme/generators/image-gan/sample/?again={asset.job_id}" in page
    told = ben.post(
        "/w/acme/library/reread/", {"file": SimpleUploadedFile("a.txt", b"foreign")}
    ).content.decode()
    assert "carries no receipt" in told


def test_the_page_asks_as_many_questions_however_much_is_in_the_library(
    cast: Cast, ben: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make(cast, *(f"Piece {n}" for n in range(20)))
    with django_assert_max_num_queries(16):
        ben.get("/w/acme/library/")
