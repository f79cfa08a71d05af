"""Params that name pictures: only those of the workspace, brought through one narrow door, handed over as files."""

import io
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.jobs.forms import form_of
from brandkiln.jobs.pictures import bring_picture, check_pictures, picture_bytes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from PIL import Image
from pydantic import Field

from generators.errors import BadParams
from generators.params import Params, Picture, hint, named_pictures
from generators.run import LocalRun
from tests.brandkiln.datasets.files import grey, image_bytes
from tests.factories import Cast


class Wanted(Params):
    """One picture, and several."""

    picture: Picture
    """One."""
    others: tuple[Picture, ...] = Field((), max_length=3, json_schema_extra=hint(widget="picture"))
    """Several."""
    mask: Picture | None = Field(None, json_schema_extra=hint(widget="mask"))
    """Painted."""


def test_params_say_which_pictures_they_name() -> None:
    values = Wanted(picture="a", others=("b", "c")).model_dump(mode="json")
    assert named_pictures(Wanted, values) == {"picture": ("a",), "others": ("b", "c")}


def test_a_picture_of_another_workspace_is_not_there(cast: Cast) -> None:
    ours = str(bring_picture(workspace=cast.acme, data=grey(1)).pk)
    theirs = str(bring_picture(workspace=cast.other, data=grey(1)).pk)
    text = str(store.put_bytes(b"x", workspace=cast.acme, media_type="text/plain").pk)
    check_pictures(Wanted, {"picture": ours, "others": [ours], "mask": None}, workspace=cast.acme)
    for values in ({"picture": theirs}, {"picture": ours, "others": [ours, theirs]}, {"picture": text},
                   {"picture": "../../etc/passwd"}, {"picture": ours, "mask": theirs}):  # fmt: skip
        with pytest.raises(NotFound):
            check_pictures(Wanted, values, workspace=cast.acme)


def test_one_picture_may_be_named_twice_in_two_spellings(cast: Cast) -> None:
    key = str(bring_picture(workspace=cast.acme, data=grey(1)).pk)
    values = {"picture": key, "others": [key.upper(), key]}
    check_pictures(Wanted, values, workspace=cast.acme)


def test_what_is_brought_is_written_anew_without_what_hides_in_it(cast: Cast) -> None:
    photograph = Image.new("RGB", (20, 10), "red")
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    artifact = bring_picture(workspace=cast.acme, data=image_bytes(photograph, "JPEG", exif=exif))
    kept = store.local_path(artifact).read_bytes()
    assert (artifact.media_type, Image.open(io.BytesIO(kept)).size) == ("image/png", (20, 10))
    assert b"secret" not in kept
    for bad in (b"", b"<svg/>", grey(1)[:40]):
        with pytest.raises(Unprocessable):
            bring_picture(workspace=cast.acme, data=bad)


def test_what_is_cut_out_already_stays_cut_out(cast: Cast) -> None:
    """A white product without a ground must not come back as white on white."""
    product = Image.new("RGBA", (20, 10), (255, 255, 255, 0))
    product.paste((255, 255, 255, 255), (5, 2, 15, 8))
    exif = Image.Exif()
    exif[0x0112] = 6
    artifact = bring_picture(workspace=cast.acme, data=image_bytes(product, "PNG", exif=exif))
    with Image.open(store.local_path(artifact)) as kept:
        assert (kept.mode, kept.size) == ("RGBA", (10, 20))
        assert kept.getchannel("A").getextrema() == (0, 255)
        assert not kept.getexif()
    opaque = bring_picture(
        workspace=cast.acme, data=image_bytes(product.convert("RGB").convert("RGBA"), "PNG")
    )
    with Image.open(store.local_path(opaque)) as kept:
        assert kept.mode == "RGB"


def test_the_page_takes_a_file_and_refuses_what_is_none(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    address = "/w/acme/pictures/bring/"
    answer = client.post(address, {"picture": SimpleUploadedFile("a.png", grey(3))})
    assert answer.status_code == 201
    assert answer.json()["url"] == f"/w/acme/files/{answer.json()['id']}/"
    assert client.post(address, {"picture": SimpleUploadedFile("a.png", b"no")}).status_code == 422
    assert client.post(address).status_code == 422


def test_a_file_that_is_too_large_is_refused_before_it_is_in_memory() -> None:
    class Huge(SimpleUploadedFile):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("it was read")

    huge = Huge("a.png", b"")
    huge.size = 33 * 2**20
    with pytest.raises(Unprocessable, match="33 MiB"):
        picture_bytes(huge)
    assert picture_bytes(SimpleUploadedFile("a.png", grey(3))) == grey(3)


def test_the_form_holds_one_picture_or_several() -> None:
    sent = QueryDict("picture=a&others=b&others=c")
    form = form_of(Wanted, data=sent)
    assert form.is_valid(), form.errors
    assert form.cleaned_params == {"picture": "a", "others": ["b", "c"], "mask": None}
    assert 'value="b"' in str(form["others"])
    assert not form_of(Wanted, data=QueryDict("others=b")).is_valid()
    assert 'value="x"' in str(form_of(Wanted, initial={"picture": "x"})["picture"])


def test_a_run_knows_the_files_that_it_was_given(tmp_path: Path) -> None:
    folder, run = tmp_path, LocalRun(tmp_path / "run")
    (folder / "a.png").write_bytes(grey(1))
    assert run.picture(str(folder / "a.png")).name == "a.png"
    run.pictures = {"id": folder / "a.png"}
    assert run.picture("id") == folder / "a.png"
    with pytest.raises(BadParams, match="no picture 'other'"):
        run.picture("other")
