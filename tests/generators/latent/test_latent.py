"""Directions of a latent space: found where they are known, measured, and refused where there are none."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from generators.builtin.image_gan.recipes import RECIPES
from generators.builtin.image_gan.spec import TrainParams as GanParams
from generators.builtin.image_gan.train import train as train_gan
from generators.builtin.image_vae.spec import TrainParams
from generators.builtin.image_vae.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadParams, GeneratorError
from generators.inspection import Pair, load
from generators.latent import components
from generators.latent.attributes import ATTRIBUTES, colourfulness, measured, object_area
from generators.latent.directions import directions_of
from generators.latent.film import save_film
from generators.latent.latents import Latents, slerp
from generators.latent.params import COMPONENTS, STYLED
from generators.metrics.extractors import own
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


def test_components_are_the_principal_ones_within_labels() -> None:
    random = torch.Generator().manual_seed(0)
    scales = torch.tensor([3.0, 2.0, 1.0, 0.5])
    labels = torch.arange(6000) % 2
    styles = torch.randn(6000, 4, generator=random) * scales
    styles[labels == 1, 3] += 50  # what sets labels apart is no component
    first, second, *_ = found = components.principal(styles, labels)
    assert len(found) == 4
    assert torch.allclose(first.step, torch.tensor([3.0, 0, 0, 0]), atol=0.15)
    assert torch.allclose(second.step, torch.tensor([0, 2.0, 0, 0]), atol=0.15)
    assert first.share == pytest.approx(9 / 14.25, abs=0.02)


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkpoint, TrainingData]:
    folder = tmp_path_factory.mktemp("styled")
    data = tiny_data(folder / "data", "image", records=112, held_out=4)
    params = GanParams(kimg=0.05, width=4, batch_size=16, latent_dim=8)
    return train_gan(data, params, LocalRun(folder / "run")), data


def test_components_of_a_style_space_are_drawn_and_measured(
    styled: tuple[Checkpoint, TrainingData], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "SHOWN", 128)
    checkpoint, data = styled
    found = load("latent")(
        Pair(checkpoint, data), {"explore": {"mode": "components", "frames": 3}}, LocalRun(tmp_path)
    )
    told = found.summary["components"]
    assert [one["name"] for one in told] == [f"component_{number + 1}" for number in range(COMPONENTS)]
    assert {label for label, _, _ in told[0]["labels"]} == {"disc", "square"}
    assert set(found.files) == {one["name"] for one in told}
    assert found.summary["classifier"].startswith("own classifier of 2 labels")


def test_a_component_moves_pictures(styled: tuple[Checkpoint, TrainingData]) -> None:
    latents = Latents(styled[0], "cpu")
    (first, *_) = components.find_components(latents)
    point, label = latents.of_seed(0, None)
    style = latents.styles(point, torch.tensor([label]))
    assert torch.equal(latents.drawn(style), latents.pictures(point, torch.tensor([label])))
    assert not torch.equal(latents.drawn(style + first.step), latents.drawn(style))


def test_recipes_with_styles_are_named_as_such(checkpoint: Checkpoint) -> None:
    mapped = {name for name, recipe in RECIPES.items() if recipe.generator in ("modulated", "stylegan2")}
    assert mapped == STYLED
    with pytest.raises(BadParams, match="no style space"):
        components.find_components(Latents(checkpoint, "cpu"))
