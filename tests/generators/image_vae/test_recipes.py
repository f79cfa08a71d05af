"""Every recipe trains, draws and is measured; what sets it apart is seen."""

import math
from typing import Any, get_args

import pytest
import torch

from generators.builtin.image_vae.bound import measure_likelihood
from generators.builtin.image_vae.learner import Autoencoding
from generators.builtin.image_vae.recipes import RECIPES
from generators.builtin.image_vae.spec import TrainParams
from generators.run import LocalRun
from generators.training.loop import Batch
from generators.training.pictures import Pictures, to_floats
from generators.training.randomness import generator_for

IMAGES = torch.randint(256, (16, 1, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def learner(recipe: str, **params: Any) -> Autoencoding:
    chosen = TrainParams(recipe=recipe, width=4, latent_dim=3, components=1, batch_size=8, **params)
    labels = torch.arange(16) % 2 if RECIPES[recipe].labels != "ignored" else None
    names = ("a", "b") if labels is not None else ()
    config = {
        "resolution": 32,
        "channels": 1,
        "labels": len(names),
        "latent_dim": 3,
        "width": 4,
        "components": 1,
    }
    return Autoencoding(config, chosen, Pictures(IMAGES, labels, names), "cpu")


def learn(made: Autoencoding, steps: int = 2) -> dict[str, float]:
    for step in range(steps):
        made.step(Batch(to_floats(IMAGES[:8]), torch.arange(8) % 2, step * 8, generator_for(0, "step", step)))
    return made.losses


def test_the_params_offer_each_recipe_and_sigma_first() -> None:
    assert get_args(TrainParams.model_fields["recipe"].annotation) == tuple(RECIPES)
    assert TrainParams().recipe == "sigma"


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_learns_draws_and_is_measured(recipe: str, tmp_path: Any) -> None:
    made, again = learner(recipe), learner(recipe)
    assert learn(made) == learn(again)
    made.finish(True)
    assert all(map(math.isfinite, made.losses.values()))
    labels = torch.tensor([0, 1, 1])
    drawn = made.draw(labels, 3, generator_for(0, "draw"))
    assert drawn.shape == (3, 1, 32, 32)
    assert drawn.abs().max() <= 1
    assert torch.equal(drawn, again.draw(labels, 3, generator_for(0, "draw")))
    sigma = made.losses["decoder_sigma"]
    assert (sigma == 1) == (RECIPES[recipe].variance == "unit")
    measured = measure_likelihood(made.average, made.pictures, sigma, LocalRun(tmp_path), seed=0)
    assert all(map(math.isfinite, measured.values()))


def test_beta_one_is_the_plain_autoencoder() -> None:
    plain, weighed, strong = learner("vae"), learner("beta", beta=1), learner("beta", beta=50)
    assert learn(plain) == learn(weighed)
    assert learn(strong, 3) != learn(plain, 3)


def test_the_discriminator_of_vae_gan_stays_out_of_the_checkpoint() -> None:
    made = learner("vae-gan")
    assert set(made.networks) == {"network", "average", "discriminator"}
    assert made.average.state_dict().keys() == learner("sigma").average.state_dict().keys()


def test_a_standard_normal_prior_costs_what_the_closed_form_says(tmp_path: Any) -> None:
    """At mean 0 and variance 1 every latent vector costs nothing; the rest is the Gaussian's likelihood."""
    made = learner("vae")
    last = made.average.to_latent[2]
    last.weight.zero_(), last.bias.zero_()  # type: ignore[operator]
    measured = measure_likelihood(made.average, made.pictures, 1.0, LocalRun(tmp_path), seed=0)
    assert measured["rate_nats"] == pytest.approx(0, abs=1e-4)
    assert measured["nats"] > 512 * math.log(2 * math.pi)
