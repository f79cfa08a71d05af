"""Pictures of one size and one kind of colour, pixel by pixel."""

import pytest
from brandkiln.artifacts.models import Artifact
from brandkiln.datasets.readers.decode import pixels_sha256
from PIL import Image

from tests.brandkiln.datasets.recipes.versions import derive, make_version, names, picture

pytestmark = pytest.mark.django_db
RED, BLUE = (255, 0, 0), (0, 0, 255)


def halves(width: int, height: int) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def test_cover_crops_from_the_middle() -> None:
    parent = make_version("image", [{"image": halves(40, 10)}])
    record = derive(parent, {"step": "resize", "width": 10, "height": 10}).records.get()
    drawn = picture(record)
    assert drawn.size == (10, 10)
    assert (drawn.getpixel((0, 5)), drawn.getpixel((9, 5))) == (RED, BLUE)


def test_contain_pads_with_the_ground() -> None:
    parent = make_version("image", [{"image": Image.new("RGB", (20, 10), RED)}])
    step = {"step": "resize", "width": 20, "height": 20, "fit": "contain", "ground": "#0000ff"}
    drawn = picture(derive(parent, step).records.get())
    assert [drawn.getpixel((10, row)) for row in (0, 4, 5, 14, 15, 19)] == [BLUE, BLUE, RED, RED, BLUE, BLUE]


def test_a_grey_picture_is_padded_with_grey() -> None:
    parent = make_version("image", [{"image": Image.new("L", (20, 10), 0)}])
    drawn = picture(
        derive(parent, {"step": "resize", "width": 20, "height": 20, "fit": "contain"}).records.get()
    )
    assert (drawn.mode, drawn.getpixel((0, 0)), drawn.getpixel((0, 10))) == ("L", 255, 0)


def test_stretch_bends() -> None:
    parent = make_version("image", [{"image": halves(40, 10)}])
    drawn = picture(
        derive(parent, {"step": "resize", "width": 8, "height": 16, "fit": "stretch"}).records.get()
    )
    assert (drawn.size, drawn.getpixel((0, 0)), drawn.getpixel((7, 15))) == ((8, 16), RED, BLUE)


def test_a_new_picture_is_hashed_and_measured_again() -> None:
    parent = make_version("image", [{"image": halves(40, 10), "facts": {"format": "JPEG", "mode": "CMYK"}}])
    record = derive(parent, {"step": "resize", "width": 400, "height": 100}).records.get()
    assert record.sha256 == pixels_sha256(picture(record))
    assert (record.facts["width"], record.facts["height"], record.facts["format"]) == (400, 100, "JPEG")
    assert record.facts["brightness"] == pytest.approx((76 + 29) / 2, abs=2)
    assert record.thumbnail is not None
    assert record.thumbnail.media_type == "image/webp"


def test_a_picture_that_is_right_already_keeps_its_bytes() -> None:
    parent = make_version("image", [{"image": halves(10, 10)}, {"image": Image.new("RGB", (20, 10), RED)}])
    before = Artifact.objects.count()
    version = derive(parent, {"step": "resize", "width": 10, "height": 10})
    assert version.recipe[0]["counts"] == {"in": 2, "out": 2, "changed": 1, "dropped": 0}
    assert Artifact.objects.count() == before + 1
    assert version.records.get(position=0).artifact_id == parent.records.get(position=0).artifact_id


def test_grey_weighs_the_colours_as_eyes_do() -> None:
    parent = make_version(
        "image", [{"image": Image.new("RGB", (4, 4), RED)}, {"image": Image.new("L", (4, 4), 7)}]
    )
    version = derive(parent, {"step": "recolour", "mode": "grey"})
    grey, same = version.records.order_by("position")
    assert picture(grey).getpixel((0, 0)) == 76  # 0.299 x 255, ITU-R BT.601
    assert version.recipe[0]["counts"]["changed"] == 1
    assert same.artifact_id == parent.records.get(position=1).artifact_id


def test_colour_gives_a_grey_picture_three_channels() -> None:
    parent = make_version("image", [{"image": Image.new("L", (4, 4), 7)}])
    drawn = picture(derive(parent, {"step": "recolour"}).records.get())
    assert (drawn.mode, drawn.getpixel((0, 0))) == ("RGB", (7, 7, 7))


def test_pictures_that_become_equal_are_duplicates_for_the_next_step() -> None:
    parent = make_version("image", [{"image": Image.new("RGB", (side, side), RED)} for side in (8, 16, 24)])
    version = derive(parent, {"step": "resize", "width": 8, "height": 8}, "drop_duplicates")
    assert names(version) == ["row 1"]


def test_many_pictures_keep_their_order() -> None:
    parent = make_version("image", [{"image": Image.new("L", (4, 4), level)} for level in range(70)])
    version = derive(parent, {"step": "resize", "width": 2, "height": 2})
    assert [picture(record).getpixel((0, 0)) for record in version.records.order_by("position")] == list(
        range(70)
    )
