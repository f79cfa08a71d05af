"""Pictures as people have them: turned, deep, in ink colours, transparent, and none."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generators.errors import BadData
from generators.training.decode import whole_picture


def test_a_picture_that_a_camera_turned_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "red").save(tmp_path / "a.jpg", exif=exif)
    assert whole_picture(tmp_path / "a.jpg", "Picture 1").size == (20, 40)


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 32896, 65535]], dtype=np.uint16)).save(tmp_path / "a.png")
    picture = whole_picture(tmp_path / "a.png", "Picture 1")
    assert (picture.mode, list(picture.get_flattened_data())) == ("L", [0, 128, 255])


def test_ink_colours_become_light(tmp_path: Path) -> None:
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    picture = whole_picture(tmp_path / "a.jpg", "Picture 1")
    red, green, blue = picture.getpixel((4, 4))  # type: ignore[misc]
    assert picture.mode == "RGB"
    assert red > 200 > 60 > max(green, blue)


@pytest.mark.parametrize(("alpha", "mode"), [(255, "RGB"), (0, "RGBA"), (120, "RGBA")])
def test_what_is_transparent_stays_so_and_what_is_not_loses_its_channel(
    alpha: int, mode: str, tmp_path: Path
) -> None:
    Image.new("RGBA", (8, 8), (10, 20, 30, alpha)).save(tmp_path / "a.png")
    assert whole_picture(tmp_path / "a.png", "Picture 1").mode == mode


def test_a_palette_with_a_transparent_colour_is_a_cut_out(tmp_path: Path) -> None:
    Image.new("P", (8, 8), 0).save(tmp_path / "a.gif", transparency=0)
    assert whole_picture(tmp_path / "a.gif", "Picture 1").mode == "RGBA"


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n broken", b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_what_is_no_picture_is_said_by_the_name_that_people_know(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(BadData, match="Picture 3 cannot be read"):
        whole_picture(tmp_path / "a.png", "Picture 3")
