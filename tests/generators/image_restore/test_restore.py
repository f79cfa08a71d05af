"""Mending pictures: what goes in, what has to stay, and the filters beside it."""

import dataclasses
from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from generators.builtin.image_restore.evaluate import blurred, evaluate
from generators.builtin.image_restore.fill import fill
from generators.builtin.image_restore.mend import denoise, enlarge
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.sample import sample
from generators.builtin.image_restore.spec import SampleParams, TrainParams
from generators.builtin.image_restore.spoil import TASKS, conditions_of, holes, membrane, reduced, spoil
from generators.builtin.image_restore.train import train
from generators.builtin.image_vae.model import VariationalAutoencoder
from generators.errors import BadCheckpoint, BadParams
from generators.params import EvaluateParams
from generators.run import LocalRun
from generators.testing import tiny_data
from generators.training.warm import kept_warm


def network(channels: int = 3) -> Restorer:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = Restorer(resolution=32, channels=channels, labels=0, width=4)
        torch.nn.init.normal_(made.end.weight, std=0.05)
    return made.eval().requires_grad_(False)


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_an_untrained_network_changes_nothing() -> None:
    plain = Restorer(resolution=32, channels=3, labels=0, width=4).requires_grad_(False)
    picture = torch.rand(1, 3, 37, 51) * 2 - 1
    assert torch.equal(plain(picture, conditions_of(picture)), picture)


@pytest.mark.parametrize("task", TASKS)
def test_a_spoilt_picture_says_how_it_was_spoilt(task: str) -> None:
    whole = torch.rand(3, 1, 32, 32, generator=chance()) * 2 - 1
    picture, conditions = spoil(whole, task, chance(), noise=0.2)
    assert picture.shape == whole.shape
    noise, blur, known = (conditions[:, number] for number in range(3))
    assert float(noise.max()) == pytest.approx(0.2 if task == "denoise" else 0)
    assert float(blur.max()) == {"enlarge-2x": 0.5, "enlarge-4x": 1.0}.get(task, 0)
    assert bool((known < 1).any()) == (task == "inpaint")
    if task == "denoise":
        assert float((picture - whole).std()) == pytest.approx(0.4, abs=0.03)  # the range is 2
    if task == "inpaint":
        assert torch.equal(picture * known[:, None], whole * known[:, None])


def test_tiles_give_what_the_whole_picture_gives() -> None:
    net, picture = network(), torch.rand(1, 3, 120, 300, generator=chance()) * 2 - 1
    tiled = denoise(net, picture, 0.1)
    whole = net(picture, conditions_of(picture, noise=0.1)).clamp(-1, 1)
    assert tiled.shape == whole.shape
    assert torch.allclose(tiled[..., 44:76, 150:230], whole[..., 44:76, 150:230], atol=0.05)


def test_sizes_and_channels_of_any_picture_fit() -> None:
    picture = torch.rand(1, 3, 21, 34, generator=chance()) * 2 - 1
    for channels in (1, 3):
        assert enlarge(network(channels), picture, 2).shape == (1, 3, 42, 68)
        assert denoise(network(channels), picture[:, :1], 0.1).shape == (1, 1, 21, 34)


def test_filling_leaves_every_known_pixel_as_it_was() -> None:
    picture = torch.rand(1, 3, 90, 130, generator=chance()) * 2 - 1
    mask = torch.zeros(1, 1, 90, 130)
    mask[..., 20:35, 60:90] = 1
    filled = fill(network(), picture, mask)
    assert torch.equal(filled * (1 - mask), picture * (1 - mask))
    assert not torch.equal(filled, picture)
    assert torch.equal(fill(network(), picture, mask * 0), picture)


def test_baselines_are_the_filters_that_they_are_called() -> None:
    dot = torch.zeros(1, 1, 21, 21)
    dot[..., 10, 10] = 1
    spread = blurred(dot, 1.0)
    assert float(spread.sum()) == pytest.approx(1, abs=1e-4)
    assert float(spread[0, 0, 10, 10]) == pytest.approx(1 / (2 * torch.pi), abs=2e-3)
    slope = torch.linspace(-1, 1, 32).expand(1, 1, 32, 32)
    known = 1 - holes(1, 32, 32, chance(3))
    assert (
        float((membrane(slope * known, known, steps=300) - slope).abs().max()) < 0.2
    )  # a slope is its own membrane, but for the edge
    assert reduced(slope, 4).shape == (1, 1, 8, 8)


def test_a_mask_belongs_to_its_picture(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="paint over it first"):
        SampleParams(task="inpaint", picture="a")
    with pytest.raises(ValidationError, match="one picture only"):
        SampleParams(task="inpaint", picture="a", mask="b", others=("c",))
    data = tiny_data(tmp_path / "data", "image", records=64, held_out=12)
    params = TrainParams(kimg=0.064, width=4, batch_size=16)
    checkpoint = train(data, params, LocalRun(tmp_path / "train"))
    figures = evaluate(checkpoint, data, EvaluateParams(split="test"), LocalRun(tmp_path / "evaluate"))
    for task in ("denoise", "enlarge_2x", "enlarge_4x", "inpaint"):
        assert {f"{task}_psnr", f"{task}_ssim", f"{task}_baseline_psnr"} <= figures.keys()
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "picture.png")
    for size, said in (((20, 30), "20 x 30"), ((40, 30), "Nothing is painted over")):
        Image.new("L", size, 0).save(tmp_path / "mask.png")
        asked = SampleParams(
            task="inpaint", picture=str(tmp_path / "picture.png"), mask=str(tmp_path / "mask.png")
        )
        with pytest.raises(BadParams, match=said):
            list(sample(checkpoint, asked, LocalRun(tmp_path / "sample")))


@pytest.mark.parametrize(("task", "size"), [("denoise", (40, 30)), ("enlarge-2x", (80, 60))])
def test_a_cut_out_stays_one_and_no_colour_of_nothing_comes_into_its_edge(
    task: str, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Restorer(resolution=32, channels=3, labels=0, width=4).eval().requires_grad_(False)
    monkeypatch.setattr("generators.builtin.image_restore.sample.load_network", lambda *_given: plain)
    picture = Image.new("RGBA", (40, 30), (0, 255, 0, 0))
    picture.paste((200, 40, 40, 255), (10, 8, 30, 22))
    picture.save(tmp_path / "cut.png")
    asked = SampleParams(task=task, picture=str(tmp_path / "cut.png"))  # type: ignore[arg-type]
    [made] = sample(None, asked, LocalRun(tmp_path / "run"))  # type: ignore[arg-type]
    assert made.path
    with Image.open(made.path) as mended:
        assert (mended.mode, mended.size) == ("RGBA", size)
        pixels = list(mended.get_flattened_data())
    assert min(pixels, key=lambda pixel: pixel[3])[3] == 0
    seen = [pixel for pixel in pixels if pixel[3] > 20]
    assert all(abs(pixel[1] - 40) < 6 for pixel in seen), "green was behind it, where nothing is seen"


def test_a_checkpoint_that_says_it_is_of_another_generator_is_refused(tmp_path: Path) -> None:
    data = tiny_data(tmp_path / "data", "image", records=64, held_out=12)
    made = train(data, TrainParams(kimg=0.064, width=4, batch_size=16), LocalRun(tmp_path / "train"))
    assert isinstance(kept_warm(made, "cpu", Restorer), Restorer)
    other = dataclasses.replace(made, generator="image-vae")
    with pytest.raises(BadCheckpoint, match="do not fit image-vae of this version"):
        kept_warm(other, "cpu", VariationalAutoencoder)
