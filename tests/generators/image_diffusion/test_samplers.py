"""Every sampler against the one case that is known exactly: pictures of independent Gaussian pixels.

A network that has learned nothing yet answers with the best linear guess, which for such pictures is the exact one. So
what is drawn with it must be Gaussian again, with the same spread.
"""

import pytest
import torch

from generators.builtin.image_diffusion.denoising import Care, draw, image_to_image
from generators.builtin.image_diffusion.guidance import guided
from generators.builtin.image_diffusion.model import PICTURE_SPREAD, Denoiser
from generators.builtin.image_diffusion.noising import mixture_at, random_times
from generators.builtin.image_diffusion.recipes import RECIPES, Name, Sampler
from generators.builtin.image_diffusion.samplers import chosen_sampler, denoise
from generators.errors import BadParams

PAIRS = [(name, sampler) for name, recipe in RECIPES.items() for sampler in recipe.samplers]


def untrained(recipe: Name = "flow", **config: int) -> Denoiser:
    torch.manual_seed(0)
    size = {"resolution": 32, "channels": 1, "labels": 2, "width": 4} | config
    return Denoiser(recipe=recipe, **size).eval().requires_grad_(False)


def random() -> torch.Generator:
    return torch.Generator().manual_seed(1)


@pytest.mark.parametrize("recipe", RECIPES)
def test_an_untrained_network_makes_the_smallest_error_that_a_linear_guess_can(recipe: Name) -> None:
    network = untrained(recipe)
    pictures = PICTURE_SPREAD * torch.randn(64, 1, 32, 32, generator=random())
    noise = torch.randn(pictures.shape, generator=random().manual_seed(3))
    time = random_times(network.recipe, 64, random())
    at = mixture_at(network.recipe, time)
    wanted = pictures * at.wanted_signal + noise * at.wanted_noise
    noisy = pictures * at.signal + noise * at.spread
    error = (network(noisy, time, None) - wanted).square().mean((1, 2, 3))
    # The variance of a Gaussian given another that is mixed of the same two.
    own = (at.wanted_signal * PICTURE_SPREAD).square() + at.wanted_noise.square()
    shared = at.wanted_signal * at.signal * PICTURE_SPREAD**2 + at.wanted_noise * at.spread
    seen = (at.signal * PICTURE_SPREAD).square() + at.spread.square()
    torch.testing.assert_close(error, (own - shared.square() / seen).flatten(), rtol=0.2, atol=1e-4)


@pytest.mark.parametrize(("recipe", "sampler"), PAIRS)
def test_gaussian_pictures_are_drawn_with_the_spread_that_they_have(recipe: Name, sampler: Sampler) -> None:
    network = untrained(recipe)
    noise = torch.randn(8, 1, 32, 32, generator=random())
    drawn = denoise(
        guided(network, None, 1),
        noise,
        recipe=network.recipe,
        sampler=sampler,
        steps=40,
        random=random(),
        bounded=False,
    )
    # DDPM adds the smaller of the two variances that its authors found to do alike, so in few steps it falls short.
    assert drawn.std().item() == pytest.approx(PICTURE_SPREAD, rel=0.12 if sampler == "ddpm" else 0.06)
    assert drawn.mean().item() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("recipe", "sampler"), [pair for pair in PAIRS if pair[1] != "ddpm"])
def test_a_weak_change_of_a_picture_keeps_most_of_it(recipe: Name, sampler: Sampler) -> None:
    network = untrained(recipe)
    pictures = (PICTURE_SPREAD * torch.randn(2, 1, 32, 32, generator=random().manual_seed(2))).clamp(-1, 1)
    distance = [
        (image_to_image(network, pictures, None, random(), Care(sampler, 20), strength=strength) - pictures)
        .abs()
        .mean()
        .item()
        for strength in (0.1, 0.5, 1.0)
    ]
    assert distance == sorted(distance)
    assert distance[0] < 0.25 < distance[2]


def test_guidance_moves_along_the_difference_that_the_label_makes() -> None:
    network = untrained()
    for parameter in network.unet.parameters():
        parameter.normal_(std=0.3, generator=random())
    noisy, time, labels = (
        torch.randn(2, 1, 32, 32, generator=random()),
        torch.full((2,), 0.5),
        torch.tensor([0, 1]),
    )
    without, once, twice = (guided(network, labels, guidance)(noisy, time) for guidance in (0, 1, 2))
    torch.testing.assert_close(without, guided(network, None, 1)(noisy, time), rtol=0, atol=0.02)
    assert (once - without).abs().max() > 0.05
    torch.testing.assert_close(twice - without, 2 * (once - without), rtol=0, atol=0.05)


def test_a_sampler_that_the_recipe_does_not_know_is_refused_with_those_it_knows() -> None:
    assert chosen_sampler(RECIPES["ddpm"], "auto") == "dpm-solver++"
    with pytest.raises(BadParams, match=r"recipe flow cannot be sampled with ddim\. Choose auto or euler"):
        draw(untrained(), None, 1, random(), Care("ddim"))
