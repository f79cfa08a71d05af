"""Receipts inside exported files: they change nothing that is seen, and are not believed where they were changed."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from brandkiln.library.embedding import carried, embed
from brandkiln.library.models import Asset
from brandkiln.library.rereading import exported, receipt_for, reread
from brandkiln.library.services import keep_sample
from brandkiln.library.signed_texts import signed_line
from PIL import Image

from tests.brandkiln.library.test_changes import make_picture
from tests.factories import Cast, JobFactory

OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RECEIPT = {"asset": "A", "said": "Öl -- 防水 <b>"}


def picture(form: str) -> bytes:
    target = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(
        target, form, **({"lossless": True} if form == "WEBP" else {})
    )
    return target.getvalue()


def archive() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    return target.getvalue()


FILES = {
    "image/png": lambda: picture("PNG"),
    "image/jpeg": lambda: picture("JPEG"),
    "image/webp": lambda: picture("WEBP"),
    "application/pdf": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n",
    OFFICE: archive,
    "image/svg+xml": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "text/html": lambda: b"<!doctype html><p>Hi</p>",
}


@pytest.mark.parametrize("media_type", FILES)
def test_a_receipt_goes_in_and_comes_out_and_leaves_the_very_bytes(media_type: str) -> None:
    data = FILES[media_type]()
    whole = embed(data, media_type, RECEIPT)
    assert whole != data
    found = carried(whole)
    assert found is not None
    assert (found.receipt, found.plain) == (RECEIPT, data)
    assert carried(data) is None
    if media_type.startswith("image/") and "svg" not in media_type:
        with Image.open(BytesIO(whole)) as one, Image.open(BytesIO(data)) as other:
            assert one.tobytes() == other.tobytes()
    if media_type == OFFICE:
        with zipfile.ZipFile(BytesIO(whole)) as opened:
            assert opened.testzip() is None


def test_a_text_has_no_place_for_a_receipt_and_broken_files_carry_none() -> None:
    assert embed(b"Boots.", "text/plain", RECEIPT) == b"Boots."
    for data in (b"", b"PK", b"RIFF", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0", picture("PNG")[:60]):
        assert carried(data) is None


@pytest.mark.django_db
def test_a_text_ends_with_a_line_that_names_it_and_tells_of_changed_words(cast: Cast) -> None:
    job = JobFactory(project=cast.project, generator="text-lm", params={"count": 1})
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="Boots that last.")
    data = exported(asset)
    assert data is not None
    assert data.startswith(b"Boots that last.\n\n[brandkiln-receipt ")
    found = reread(workspace=cast.acme, data=data)
    assert (found.asset, found.is_unchanged, found.params) == (asset, True, {"count": 1})
    windows = reread(workspace=cast.acme, data=data.replace(b"\n", b"\r\n"))
    assert (windows.asset, windows.is_unchanged) == (asset, True)
    edited = reread(workspace=cast.acme, data=data.replace(b"last", b"break"))
    assert (edited.asset, edited.is_unchanged) == (asset, False)
    assert not reread(workspace=cast.other, data=data).can_be_made_again
    beside = json.dumps(receipt_for(asset, whole=True), indent=2).encode()
    assert reread(workspace=cast.acme, data=beside).asset == asset
    forged = beside.replace(b'"count": 1', b'"count": 9')
    assert not reread(workspace=cast.acme, data=forged).can_be_made_again


@pytest.mark.django_db
def test_an_exported_file_brings_its_settings_back_and_a_forged_one_does_not(cast: Cast) -> None:
    asset = make_picture(cast)
    data = exported(asset)
    assert data is not None
    assert cast.ada.email not in data.decode("latin1")  # whoever asked is no business of a reader outside
    found = reread(workspace=cast.acme, data=data)
    assert (found.asset, found.job) == (asset, asset.job)
    assert found.is_unchanged
    plain = reread(workspace=cast.acme, data=carried(data).plain)  # type: ignore[union-attr]
    assert plain.asset == asset
    forged = json.loads(json.dumps(receipt_for(asset)))
    forged["receipt"]["params"] = {"seed": 1}
    refused = reread(workspace=cast.acme, data=embed(carried(data).plain, "image/png", forged))  # type: ignore[union-attr]
    assert (refused.can_be_made_again, refused.asset) == (False, None)
    assert not reread(workspace=cast.other, data=data).can_be_made_again
    repainted = embed(picture("PNG"), "image/png", receipt_for(asset))
    changed = reread(workspace=cast.acme, data=repainted)
    assert (changed.is_unchanged, changed.asset) == (False, asset)
    Asset.objects.all().delete()
    assert reread(workspace=cast.acme, data=data).job == asset.job
    foreign = reread(workspace=cast.acme, data=picture("PNG"))
    assert (foreign.can_be_made_again, len(foreign.notes)) == (False, 1)


@pytest.mark.django_db
def test_a_receipt_is_not_believed_for_a_signature_of_something_else(cast: Cast) -> None:
    strange = embed(
        picture("PNG"), "image/png", receipt_for(make_picture(cast)) | {"signature": "Ünterschrift"}
    )
    assert not reread(workspace=cast.acme, data=strange).is_ours
    job = JobFactory(project=cast.project, generator="text-lm", params={"count": 1})
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="Boots that last.")
    line = signed_line(exported(asset) or b"")
    assert line is not None
    said = {
        "asset": str(asset.pk),
        "workspace": str(cast.acme.pk),
        "sha256": hashlib.sha256(line.plain).hexdigest(),
        "signature": line.signature,
    }
    moved = reread(workspace=cast.acme, data=embed(picture("PNG"), "image/png", said))
    assert (moved.is_ours, moved.is_unchanged, moved.can_be_made_again) == (False, False, False)
