"""Layouts for channels: sizes, room for words, contrast."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generators.builtin.picture_edit.channels import layout
from generators.builtin.picture_edit.contrast import readable
from generators.builtin.picture_edit.sample import sample
from generators.builtin.picture_edit.spec import SampleParams
from generators.contrast import contrast, rgb_of
from generators.errors import BadData, BadParams
from generators.frames import FRAMES
from generators.run import LocalRun, Sample
from tests.generators.picture_edit.products import write_product


def made(tmp_path: Path, **params: Any) -> tuple[list[Sample], LocalRun]:
    run = LocalRun(tmp_path / "run")
    picture = str(write_product(tmp_path / "product.png"))
    return list(sample(None, SampleParams(pictures=(picture,), **params), run)), run


def read(path: Path | None) -> Image.Image:
    assert path
    with Image.open(path) as picture:
        return picture.copy()


@pytest.mark.parametrize("text_area", ["auto", "left", "right", "top", "bottom"])
def test_product_and_words_never_overlap_and_stay_inside(text_area: str) -> None:
    for frame in FRAMES.values():
        room, words = layout(frame.width, frame.height, text_area)
        assert words is not None
        for box in (room, words):
            assert min(box.as_list()) > 0
            assert box.left + box.width <= frame.width
            assert box.top + box.height <= frame.height
        apart = (
            room.left >= words.left + words.width or words.left >= room.left + room.width
            or room.top >= words.top + words.height or words.top >= room.top + room.height
        )  # fmt: skip
        assert apart


def test_contrast_agrees_with_the_published_extremes() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(rgb_of("#767676"), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)  # W3C's example
    assert readable([(255, 255, 255)], [rgb_of("#ffee00"), rgb_of("#204060")])[0] == rgb_of("#204060")
    assert readable([(20, 20, 20)], [rgb_of("#222222")])[0] == (255, 255, 255)


def test_a_selection_is_laid_out_for_each_channel(tmp_path: Path) -> None:
    samples, run = made(
        tmp_path,
        channels=("square", "landscape", "marketplace"),
        headline="Slow mornings",
        brand_colours=("#e9dfd0", "#9a3b26"),
    )
    sizes = [read(one.path).size for one in samples]
    assert sizes == [(1080, 1080), (1200, 628), (2000, 2000)]
    square, marketplace = samples[0].meta, samples[2]
    assert (square["ground"], square["text_colour"]) == ("#e9dfd0", "#9a3b26")
    assert square["text_contrast"] >= 4.5
    assert read(marketplace.path).getpixel((3, 3)) == (255, 255, 255)
    assert "text_area" not in marketplace.meta
    assert [notice.code for notice in run.notices] == ["picture_too_small"], "160 pixels are few for 2,000"


def test_a_ground_may_be_left_out_or_kept(tmp_path: Path) -> None:
    [clear], _run = made(tmp_path, background="transparent", channels=("original",))
    assert read(clear.path).mode == "RGBA"
    [kept], _run = made(tmp_path, background="keep", channels=("original",))
    assert read(kept.path).convert("RGB").tobytes() == read(tmp_path / "product.png").tobytes()


def test_what_can_not_be_cut_out_is_said(tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "white").save(tmp_path / "empty.png")
    run = LocalRun(tmp_path / "run")
    list(sample(None, SampleParams(pictures=(str(tmp_path / "empty.png"),)), run))
    assert [notice.code for notice in run.notices] == ["no_product"]
    (tmp_path / "no.png").write_bytes(b"no")
    with pytest.raises(BadData, match="Picture 1 cannot be read"):
        list(sample(None, SampleParams(pictures=(str(tmp_path / "no.png"),)), run))
    with pytest.raises(BadParams, match="no picture 'gone'"):
        list(sample(None, SampleParams(pictures=("gone",)), run))


def brought(picture: Image.Image, tmp_path: Path, **params: Any) -> tuple[list[Sample], LocalRun]:
    picture.save(tmp_path / "own.png")
    run = LocalRun(tmp_path / "run")
    return list(sample(None, SampleParams(pictures=(str(tmp_path / "own.png"),), **params), run)), run


def cut_out_white(size: int = 800) -> Image.Image:
    """Return a white product that somebody cut out already."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    picture.paste((250, 250, 250, 255), (size // 4, size // 4, 3 * size // 4, 3 * size // 4))
    return picture


def test_a_white_product_that_is_cut_out_already_is_laid_out_whole(tmp_path: Path) -> None:
    [laid], run = brought(cut_out_white(), tmp_path, background="colour", colour="#204060", shadow=0)
    picture = read(laid.path).convert("RGB")
    assert picture.getpixel((540, 540)) == (250, 250, 250)
    assert picture.getpixel((20, 20)) == (0x20, 0x40, 0x60)
    assert run.notices == []


def test_a_ground_that_is_kept_keeps_what_is_transparent(tmp_path: Path) -> None:
    [kept], _run = brought(cut_out_white(), tmp_path, background="keep", channels=("square",))
    assert read(kept.path).mode == "RGBA"
    assert read(kept.path).getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_words_on_no_ground_are_dark_for_light_pages(tmp_path: Path) -> None:
    [laid], _run = brought(cut_out_white(), tmp_path, background="transparent", headline="Slow mornings")
    assert laid.meta["text_colour"] == "#111111"


def test_words_that_can_hardly_be_read_are_said(tmp_path: Path) -> None:
    chess = Image.new("RGB", (1080, 1080), "white")
    for left in range(0, 1080, 90):
        chess.paste((0, 0, 0), (left, 0, left + 45, 1080))
    _samples, run = brought(chess, tmp_path, background="keep", headline="Slow mornings")
    assert [notice.code for notice in run.notices] == ["words_hard_to_read"]


def test_a_picture_with_too_few_pixels_is_said(tmp_path: Path) -> None:
    samples, run = brought(cut_out_white(100), tmp_path, channels=("square", "marketplace"))
    assert [read(one.path).size for one in samples] == [(1080, 1080), (2000, 2000)]
    [notice] = run.notices
    assert (notice.code, notice.values["channel"]) == ("picture_too_small", "marketplace")
    assert "29.9 times" in notice.text


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 15)])
def test_a_picture_of_hardly_any_pixels_is_refused(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(BadData, match=f"{size[0]} x {size[1]} pixels"):
        brought(Image.new("RGB", size, "white"), tmp_path)
