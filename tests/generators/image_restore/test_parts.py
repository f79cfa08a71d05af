"""What a restorer learns from: squares out of pictures in about their own size."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from generators.builtin.image_restore.evaluate import _of_pictures
from generators.builtin.image_restore.grain import noise_of
from generators.builtin.image_restore.mend import denoise
from generators.builtin.image_restore.model import Restorer
from generators.builtin.image_restore.parts import MOST_OF_ONE, load_parts, parts_and_places
from generators.builtin.image_restore.spoil import conditions_of, membrane
from generators.builtin.image_restore.trust import shares
from generators.data import Record, TrainingData
from generators.errors import DatasetTooSmall
from generators.testing import write_data
from generators.training.pictures import to_floats


def data_of(folder: Path, *pictures: Image.Image) -> TrainingData:
    """Return a data set of these pictures, all to train on."""
    folder.mkdir()
    records = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number}.png"
        picture.save(path)
        records.append(Record(id=str(number), split="train", path=path))
    return write_data(folder / "data", "image", iter(records), name="Pictures")


def checks(side: int) -> Image.Image:
    """Return a picture whose pixels alternate: any scaling turns it grey."""
    places = torch.arange(side)
    board = ((places[:, None] + places) % 2 * 255).byte()
    return Image.fromarray(board.numpy()).convert("RGB")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path / "cache"))


def test_large_pictures_are_seen_pixel_by_pixel_and_as_a_whole(tmp_path: Path) -> None:
    data = data_of(tmp_path / "in", checks(256))
    pictures = load_parts(data, "train", resolution=32, generator="image-restore")
    assert len(pictures) == MOST_OF_ONE
    assert pictures.channels == 1, "they are grey"
    sharp = (pictures.images.float().std((1, 2, 3)) > 120).float().mean()
    assert 0.4 < float(sharp) < 0.9, "more than half of them as they are, the rest scaled down"


def test_small_pictures_are_taken_whole(tmp_path: Path) -> None:
    data = data_of(tmp_path / "in", checks(28), checks(40).resize((60, 30)))
    pictures, places = parts_and_places(data, "train", resolution=32, generator="image-restore")
    assert pictures.images.shape == (2, 1, 32, 32)
    assert places.tolist() == [0, 1]


def test_the_same_parts_are_cut_each_time_and_known_by_their_picture(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (100, 70), "red"), Image.new("RGB", (90, 200), "blue")
    data = data_of(tmp_path / "in", red, blue)
    first, places = parts_and_places(data, "train", resolution=32, generator="image-restore", most=12)
    again, _places = parts_and_places(data, "train", resolution=32, generator="image-restore", most=12)
    assert torch.equal(first.images, again.images)
    assert places.tolist() == [0] * 6 + [1] * 6
    assert bool((first.images[:, 0].flatten(1).amin(1) == torch.where(places == 0, 255, 0)).all())


def test_a_data_set_without_pictures_is_refused(tmp_path: Path) -> None:
    data = data_of(tmp_path / "in", checks(40))
    with pytest.raises(DatasetTooSmall, match="test split"):
        load_parts(data, "test", resolution=32, generator="image-restore")


def test_figures_of_parts_are_means_of_pictures() -> None:
    values, places = torch.tensor([1.0, 3.0, 10.0]), torch.tensor([4, 4, 9])
    assert _of_pictures(values, places).tolist() == [2.0, 10.0]


@pytest.mark.parametrize("level", [0.02, 0.05, 0.1, 0.2])
def test_the_strength_of_noise_is_found_out(level: float) -> None:
    random = torch.Generator().manual_seed(3)
    slope = torch.linspace(-0.6, 0.6, 240).expand(1, 3, 160, 240).clone()
    slope[..., 40:90, 60:200] = 0.3
    noisy = slope + 2 * level * torch.randn(slope.shape, generator=random)
    assert noise_of(noisy) == pytest.approx(level, rel=0.15)
    assert noise_of(slope) < 0.01
    assert noise_of(slope[..., :6, :6]) == 0


def test_a_grey_network_mends_each_channel_of_a_picture_in_colour() -> None:
    network = Restorer(resolution=32, channels=1, labels=0, width=4).eval().requires_grad_(False)
    torch.nn.init.constant_(network.end.weight, 0.01)
    picture = to_floats(
        torch.randint(256, (1, 3, 40, 300), generator=torch.Generator().manual_seed(1)).byte()
    )
    seen: list[float] = []
    mended = denoise(network, picture, 0.1, seen.append)
    alone = torch.cat([denoise(network, picture[:, [index]], 0.1) for index in range(3)], 1)
    assert torch.allclose(mended, alone, atol=1e-6)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_network_that_makes_things_worse_is_not_trusted() -> None:
    network = Restorer(resolution=32, channels=3, labels=0, width=4).eval().requires_grad_(False)
    whole = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(2)) * 2 - 1
    assert shares(network, whole, device="cpu") == (1.0, 1.0, 1.0, 1.0), "it changes nothing"
    torch.nn.init.constant_(network.end.bias, 0.5)
    noise, *_others = shares(network, whole, device="cpu")
    assert noise < 0.05, "it makes all pictures brighter, which is no mending"


def test_as_much_is_corrected_as_is_trusted_task_by_task() -> None:
    network = Restorer(resolution=32, channels=1, labels=0, width=4, trust=(1, 0.5, 0.25, 0))
    network.eval().requires_grad_(False)
    torch.nn.init.constant_(network.end.bias, 1.0)
    picture, known = torch.zeros(1, 1, 16, 16), torch.ones(1, 1, 16, 16)
    known[..., :4] = 0
    for conditions, changed in (
        (conditions_of(picture, noise=0.1), 1.0),
        (conditions_of(picture, scale=2), 0.5),
        (conditions_of(picture, scale=4), 0.25),
    ):
        assert network(picture, conditions).unique().tolist() == [changed]
    filled = network(picture, conditions_of(picture, known=known))
    assert filled[..., :4].unique().tolist() == [0]


def test_a_wide_hole_is_no_grey_patch() -> None:
    slope = torch.linspace(-0.9, 0.9, 64).expand(1, 3, 64, 64)
    known = torch.ones(1, 1, 64, 64)
    known[..., 16:48, 16:48] = 0
    filled = membrane(slope * known, known)
    assert float((filled - slope).abs().max()) < 0.3
    assert torch.equal(filled * known, slope * known)
