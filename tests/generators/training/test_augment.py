"""Changes by chance, against what they have to be."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from generators.testing import tiny_data
from generators.training import batches
from generators.training.augment import GREY, augment
from generators.training.params import Augmentation
from generators.training.pictures import load_pictures, to_floats
from generators.training.randomness import generator_for

ROOT = Path(__file__).parents[3]


def changed(pictures: Tensor, seed: int = 0, **how: object) -> Tensor:
    return augment(pictures, Augmentation(**how), generator_for(seed, "test"))  # type: ignore[arg-type]


def noise(*shape: int) -> Tensor:
    return torch.rand(shape, generator=generator_for(1, "pictures")) * 1.6 - 0.8


def test_without_a_wish_nothing_is_changed_and_no_chance_is_used() -> None:
    pictures, random = noise(4, 3, 8, 8), generator_for(0, "test")
    assert augment(pictures, Augmentation(), random) is pictures
    assert torch.equal(torch.rand(3, generator=random), torch.rand(3, generator=generator_for(0, "test")))


def test_flip_mirrors_about_half_of_the_pictures() -> None:
    pictures = noise(400, 1, 2, 4)
    mirrored = (changed(pictures, flip=True) == pictures.flip(3)).flatten(1).all(1)
    same = (changed(pictures, flip=True) == pictures).flatten(1).all(1)
    assert bool((mirrored | same).all())
    assert 160 < int(mirrored.sum()) < 240


def test_a_ramp_is_turned_and_cut_by_the_drawn_angle_side_and_place() -> None:
    size, count = 64, 8
    centres = (torch.arange(size) + 0.5) / size * 2 - 1
    ramp = centres.expand(count, 1, size, size) / 2
    random = generator_for(0, "test")
    angle = (2 * torch.rand(count, generator=random) - 1) * math.radians(30)
    side = 1 - 0.4 * torch.rand(count, generator=random)
    across = (2 * torch.rand(count, generator=random) - 1) * (1 - side)
    found = changed(ramp, rotate=30, crop=0.4)[:, 0]
    down, right = torch.meshgrid(centres, centres, indexing="ij")
    expected = (
        (side * angle.cos())[:, None, None] * right - (side * angle.sin())[:, None, None] * down
        + across[:, None, None]
    ).clamp(float(centres[0]), float(centres[-1])) / 2  # fmt: skip
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_turning_leaves_one_colour_one_colour() -> None:
    assert torch.allclose(changed(torch.full((5, 3, 16, 16), 0.25), rotate=45, crop=0.5), torch.tensor(0.25))


def test_brightness_is_a_factor_of_at_most_the_strength_and_grey_stays_grey() -> None:
    plain = torch.zeros(2000, 3, 2, 2)
    values = (changed(plain, colour=0.3) + 1) / 2
    assert float(values.min()) >= 0.5 * 0.7 - 1e-6
    assert float(values.max()) <= 0.5 * 1.3 + 1e-6
    assert float(values.mean()) == pytest.approx(0.5, abs=0.01)
    torch.testing.assert_close(values[:, 0], values[:, 2])


def test_saturation_leaves_the_luma() -> None:
    pictures = noise(6, 3, 4, 4) / 4
    found = (changed(pictures, colour=0.2) + 1) / 2
    random = generator_for(0, "test")
    brightness, contrast, _ = (
        1 + (2 * torch.rand(6, generator=random) - 1)[:, None, None, None] * 0.2 for _ in range(3)
    )
    values = (pictures + 1) / 2 * brightness
    mean = values.mean((1, 2, 3), keepdim=True)
    luma = ((mean + (values - mean) * contrast) * torch.tensor(GREY)[:, None, None]).sum(1)
    torch.testing.assert_close((found * torch.tensor(GREY)[:, None, None]).sum(1), luma)


def test_noise_has_its_strength() -> None:
    difference = changed(torch.zeros(20, 1, 64, 64), noise=0.05) / 2
    assert float(difference.std()) == pytest.approx(0.05, rel=0.02)


def test_the_same_chance_changes_alike_and_another_otherwise() -> None:
    how = {"flip": True, "rotate": 20, "crop": 0.3, "colour": 0.3, "noise": 0.1}
    pictures = noise(6, 3, 16, 16)
    assert torch.equal(changed(pictures, **how), changed(pictures, **how))
    assert not torch.equal(changed(pictures, **how), changed(pictures, seed=1, **how))
    assert float(changed(pictures, **how).abs().max()) <= 1


def test_held_out_pictures_come_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the loop of a training, and the preview of it, can change a picture."""
    users = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "generators").rglob("*.py")
        if "training.augment import" in path.read_text()
    }
    assert users <= {"generators/training/batches.py", "generators/inspection/augmentation.py"}
    monkeypatch.setenv("BRANDKILN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(batches, "augment", None)
    data = tiny_data(tmp_path / "data", "image", records=32)
    held_out = load_pictures(data, "validation", resolution=32, generator="g")
    ((batch, _),) = held_out.chunks(100)
    assert torch.equal(batch, to_floats(held_out.images))
