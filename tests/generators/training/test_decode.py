from pathlib import Path

import pytest
from PIL import Image

from generators.errors import BadData
from generators.training.decode import decode_square


def saved(folder: Path, picture: Image.Image) -> Path:
    picture.save(folder / "picture.png")
    return folder / "picture.png"


def test_a_slightly_smaller_picture_keeps_its_pixels_and_gets_a_margin(tmp_path: Path) -> None:
    picture = Image.new("L", (28, 28), 7)
    picture.putpixel((10, 10), 200)
    decoded = decode_square(saved(tmp_path, picture), 32)
    assert (decoded.size, decoded.mode) == ((32, 32), "L")
    assert (decoded.getpixel((12, 12)), decoded.getpixel((0, 0))) == (200, 7)


def test_a_large_picture_is_cropped_to_its_middle(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste("blue", (100, 0, 200, 100))
    assert decode_square(saved(tmp_path, picture), 32).getpixel((1, 16)) == (0, 0, 255)


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    assert decode_square(saved(tmp_path, Image.new("I;16", (32, 32), 257 * 100)), 32).getpixel((5, 5)) == 100


def test_transparency_becomes_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    assert decode_square(saved(tmp_path, clear), 32).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"GIF89a not a picture", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mug.png").write_bytes(content)
    with pytest.raises(BadData, match=r"mug\.png cannot be read as a picture"):
        decode_square(tmp_path / "mug.png", 32)


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.training.decode.MAX_PIXELS", 100)
    with pytest.raises(BadData, match="32 x 32 pixels; at most 100"):
        decode_square(saved(tmp_path, Image.new("L", (32, 32))), 32)
