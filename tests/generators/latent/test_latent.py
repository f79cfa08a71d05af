"""Directions of a latent space: found where they are known, measured, and refused where there are none."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from generators.builtin.image_vae.spec import TrainParams
from generators.builtin.image_vae.train import train
from generators.checkpoint import Checkpoint
from generators.errors import BadParams, GeneratorError
from generators.inspection import load
from generators.latent.attributes import ATTRIBUTES, colourfulness, measured, object_area
from generators.latent.directions import directions_of
from generators.latent.film import save_film
from generators.latent.latents import Latents, slerp
from generators.run import LocalRun
from generators.testing import tiny_data


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("latent")
    data = tiny_data(folder / "data", "image", records=96, held_out=8)
    return train(data, TrainParams(kimg=1, width=8, batch_size=16), LocalRun(folder / "run"))


def test_a_direction_changes_its_own_attribute_and_leaves_the_others() -> None:
    random = torch.Generator().manual_seed(0)
    points = torch.randn(4000, 6, generator=random, dtype=torch.float64)
    way = torch.randn(6, 2, generator=random, dtype=torch.float64)
    way[:, 1] += 0.7 * way[:, 0]  # they come together in the pictures
    steps, spread = directions_of(points, points @ way)
    changed = steps.double() @ way / spread
    assert changed.diag().min() > 0.3
    others = changed - changed.diag().diag()
    assert others.abs().max() < 0.15 * changed.diag().min()
    assert steps.norm(dim=1).max() <= 0.25 * 6**0.5 * 1.1  # points lie about a root of 6 from the middle


def test_an_attribute_that_never_varies_has_no_direction() -> None:
    points = torch.randn(100, 4, dtype=torch.float64)
    values = torch.stack([points[:, 0], torch.full((100,), 0.3, dtype=torch.float64)], 1)
    steps, spread = directions_of(points, values)
    assert float(spread[1]) == 0
    assert not steps[1].any()


def test_attributes_are_what_they_say() -> None:
    picture = torch.full((1, 3, 10, 10), 1.0)
    picture[:, :, 2:7, 3:8] = -1
    found = dict(zip(ATTRIBUTES, measured(picture)[0].tolist(), strict=True))
    assert found == pytest.approx(
        {"brightness": 0.75, "contrast": 0.75**0.5 / 2, "object_area": 0.25, "colourfulness": 0}
    )
    red = -torch.ones(1, 3, 4, 4)
    red[:, 0] = 1
    assert float(colourfulness(red)) == pytest.approx(0.3 * 1.25**0.5)  # rg = 1, yb = 1/2 everywhere
    assert float(object_area(red)) == 0


def test_the_way_between_two_points_keeps_their_length() -> None:
    a, b = torch.tensor([[3.0, 0, 0]]), torch.tensor([[0.0, 3, 0]])
    assert torch.allclose(slerp(a, b, 0.5), torch.tensor([[3.0, 3, 0]]) / 2**0.5)
    assert torch.allclose(slerp(a, a, 0.3), a)
    assert torch.allclose(slerp(a, b, 0), a)


def test_a_seed_is_the_same_point_each_time(checkpoint: Checkpoint) -> None:
    latents = Latents(checkpoint, "cpu")
    first, again, other = (latents.of_seed(seed, None)[0] for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_checkpoint_is_explored(checkpoint: Checkpoint, tmp_path: Path) -> None:
    explore = load("latent")

    def seen(**params: object) -> dict[str, Path]:
        found = explore(checkpoint, {"explore": params}, LocalRun(tmp_path / str(params["mode"])))
        for path in found.files.values():
            with Image.open(path) as picture:
                picture.load()
        return found.files

    morph = seen(mode="morph", frames=4)
    assert morph.keys() == {"film", "strip"}
    with Image.open(morph["film"]) as film:
        assert getattr(film, "n_frames", 1) == 6
    try:
        assert seen(mode="directions", frames=3)
        assert seen(mode="sliders", brightness=2.0).keys() == {"moved"}
    except GeneratorError as refusal:  # so short a training may have learned nothing that can be steered
        assert "too much alike" in str(refusal)  # noqa: PT017


def test_a_vae_is_not_between_two_labels(checkpoint: Checkpoint) -> None:
    latents = Latents(checkpoint, "cpu")
    latents.labels = 2
    points = latents.of_seed(0, None)[0], latents.of_seed(1, None)[0]
    with pytest.raises(BadParams, match="between two labels"):
        latents.between((points[0], 0), (points[1], 1), 3)


def test_a_film_goes_there_and_back(tmp_path: Path) -> None:
    save_film(torch.linspace(-1, 1, 3)[:, None, None, None].expand(3, 1, 16, 16), tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as film:
        assert (film.size, getattr(film, "n_frames", 1)) == ((256, 256), 4)
