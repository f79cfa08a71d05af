"""Style transfer: colours by a closed form, marks by moments, and cut-outs that stay ones."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from generators.builtin.image_style.colours import luma, with_colours_of, with_light_of
from generators.builtin.image_style.paint import moments, style_distance
from generators.builtin.image_style.pyramid import put_together, taken_apart
from generators.builtin.image_style.sample import sample
from generators.builtin.image_style.spec import SampleParams
from generators.errors import BadData
from generators.run import LocalRun


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_colours_get_the_mean_and_covariance_of_the_style() -> None:
    mixing = torch.tensor([[1.0, 0, 0], [0.6, 0.5, 0], [0.2, -0.3, 0.4]])
    style = 0.1 * torch.einsum("ij,bjhw->bihw", mixing, noise(1, 3, 40, 50, seed=1)) + 0.2
    found = with_colours_of(0.15 * noise(1, 3, 60, 30) - 0.1, style)
    for one, wanted in zip(moments(found), moments(style), strict=True):
        assert torch.allclose(one, wanted, atol=2e-3)
    alike = with_colours_of(style, style)
    assert torch.allclose(alike, style, atol=1e-4)


def test_a_picture_can_keep_its_colours_in_the_light_of_a_painted_one() -> None:
    picture, painted = 0.2 * noise(1, 3, 8, 8), 0.2 * noise(1, 3, 8, 8, seed=1)
    found = with_light_of(picture, painted)
    assert torch.allclose(luma(found), luma(painted), atol=1e-5)
    assert torch.allclose(found[:, 0] - found[:, 1], picture[:, 0] - picture[:, 1], atol=1e-5)


def test_a_picture_comes_out_of_its_pyramid_as_it_went_in() -> None:
    picture = noise(1, 3, 48, 32)
    parts = taken_apart(picture)
    assert [part.shape[2] for part in parts] == [48, 24, 12, 6]
    assert torch.allclose(put_together(parts), picture, atol=1e-5)


def test_the_style_is_the_same_wherever_its_marks_lie() -> None:
    features = noise(1, 4, 12, 10)
    moved = features.roll((3, 4), (2, 3))
    assert float(style_distance([moved], [moments(features)])) == pytest.approx(0, abs=1e-10)
    doubled = float(style_distance([2 * features], [moments(features)]))
    mean, spread = moments(features)
    assert doubled == pytest.approx(float(mean.square().sum() / spread.diagonal().sum()) + 9, rel=1e-5)


def test_pictures_are_painted_and_a_cut_out_stays_one(tmp_path: Path) -> None:
    run = LocalRun(tmp_path)
    cup = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    cup.paste((200, 90, 40, 255), (50, 20, 150, 80))
    cup.save(tmp_path / "cup.png")
    pixels = (60 * noise(64, 64, 3) + 120).clamp(0, 255).to(torch.uint8)
    Image.frombytes("RGB", (64, 64), pixels.numpy().tobytes()).save(tmp_path / "style.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    run.pictures = {name: tmp_path / f"{name}.png" for name in ("cup", "style", "broken")}
    (made,) = sample(None, SampleParams(pictures=("cup",), style="style", steps=1), run)
    assert made.path is not None
    with Image.open(made.path) as painted, painted.getchannel("A") as alpha:
        assert (painted.mode, painted.size) == ("RGBA", (256, 128))
        assert (alpha.getpixel((2, 2)), alpha.getpixel((128, 64))) == (0, 255)
    assert len(run.previews) == 2
    with pytest.raises(BadData, match="Picture 1 cannot be read"):
        list(sample(None, SampleParams(pictures=("broken",), style="style"), run))
