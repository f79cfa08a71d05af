"""Every recipe trains, goes on bit for bit, and draws by label; the default goes through the whole conformance kit."""

from pathlib import Path
from typing import get_args

import pytest
import torch
from pydantic import ValidationError

from generators.builtin.image_gan.networks import build_discriminator, build_generator
from generators.builtin.image_gan.recipes import RECIPES, RecipeName
from generators.builtin.image_gan.sample import sample
from generators.builtin.image_gan.spec import SampleParams, TrainParams
from generators.builtin.image_gan.train import train
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadParams
from generators.run import LocalRun
from generators.testing import tiny_data

TINY = {"kimg": 0.012, "batch_size": 4, "width": 4, "latent_dim": 4}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return tiny_data(tmp_path_factory.mktemp("data"), "image", records=200)


@pytest.fixture(autouse=True)
def own_cache(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANDKILN_CACHE", str(data.folder / "cache"))


def drawn(checkpoint: Checkpoint, folder: Path, **params: object) -> list[bytes]:
    made = sample(checkpoint, SampleParams(**params), LocalRun(folder))  # type: ignore[arg-type]
    return [one.path.read_bytes() for one in made if one.path]


def test_the_params_offer_the_recipes_that_there_are() -> None:
    assert set(get_args(RecipeName)) == set(RECIPES)


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_a_recipe_goes_on_bit_for_bit_and_draws_by_label(
    recipe: str, data: TrainingData, tmp_path: Path
) -> None:
    params = TrainParams(recipe=recipe, **TINY)  # type: ignore[arg-type]
    run = LocalRun(tmp_path / "whole")
    whole = train(data, params, run)
    resumed = train(data, params, LocalRun(tmp_path / "resumed", resume_from=run.saved[-1]))
    assert resumed.sha256 == whole.sha256
    assert (whole.config["recipe"], whole.config["labels"]) == (recipe, 2)

    first = drawn(whole, tmp_path / "a", count=2, label="disc", seed=3, truncation=0.5)
    assert drawn(whole, tmp_path / "b", count=2, label="disc", seed=3, truncation=0.5) == first
    assert len(first) == 2
    with pytest.raises(BadParams, match="It knows disc, square"):
        drawn(whole, tmp_path / "c", count=1, label="mug")


@pytest.mark.parametrize("recipe", sorted(RECIPES))
@pytest.mark.parametrize(("resolution", "channels", "labels"), [(32, 3, 0), (64, 1, 3)])
def test_networks_take_every_size_and_number_of_labels(
    recipe: str, resolution: int, channels: int, labels: int
) -> None:
    facts = {"recipe": recipe, "resolution": resolution, "channels": channels, "labels": labels}
    label = torch.arange(2) if labels else None
    generator = build_generator(**facts, latent_dim=3, width=4)
    pictures = generator(torch.randn(2, 3), label)
    assert pictures.shape == (2, channels, resolution, resolution)
    assert build_discriminator(**facts, latent_dim=3, width=4)(pictures, label).shape == (2,)
    if labels:
        with pytest.raises(ValueError, match="needs a label"):
            generator(torch.randn(1, 3), None)


def test_path_lengths_are_for_styles() -> None:
    with pytest.raises(ValidationError, match="recipe=dcgan has none"):
        TrainParams(recipe="dcgan", path_length_weight=2)
