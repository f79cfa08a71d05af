"""Losses and penalties against closed forms."""

import math

import pytest
import torch

from generators.builtin.image_gan.losses import LOSSES, hinge
from generators.builtin.image_gan.losses.path_length import DECAY, PathLength
from generators.builtin.image_gan.losses.penalties import interpolated_penalty, zero_centred_penalty


def test_scores_beyond_the_margin_cost_the_hinge_nothing() -> None:
    assert hinge.discriminator_loss(torch.tensor([1.0, 3.0]), torch.tensor([-1.0, -2.0])).item() == 0


def test_each_half_of_the_hinge_is_the_mean_of_what_lacks_to_the_margin() -> None:
    loss = hinge.discriminator_loss(torch.tensor([0.5, 2.0]), torch.tensor([0.25, -0.5]))
    assert loss.item() == pytest.approx((0.5 + 0) / 2 + (1.25 + 0.5) / 2)


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        ("hinge", 2, 0),
        ("non_saturating", 2 * math.log(2), math.log(2)),
        ("wasserstein", 0, 0),
        ("relativistic", math.log(2), math.log(2)),
    ],
)
def test_scores_of_nought_cost_what_not_knowing_costs(
    name: str, discriminator: float, generator: float
) -> None:
    nought = torch.zeros(4)
    assert LOSSES[name].discriminator(nought, nought).item() == pytest.approx(discriminator)
    assert LOSSES[name].generator(nought, nought).item() == pytest.approx(generator)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_each_side_gains_by_what_the_other_loses(name: str) -> None:
    low, high = torch.full((4,), -0.5), torch.full((4,), 0.5)
    loss = LOSSES[name]
    assert loss.discriminator(high, low) < loss.discriminator(low, high)
    assert loss.generator(low, high) < loss.generator(high, low)


def test_only_the_difference_counts_in_pairs() -> None:
    real, fake = torch.tensor([0.3, 2.0]), torch.tensor([1.0, -0.5])
    loss = LOSSES["relativistic"].discriminator(real, fake)
    assert loss.item() == pytest.approx((math.log1p(math.exp(0.7)) + math.log1p(math.exp(-2.5))) / 2)
    torch.testing.assert_close(LOSSES["relativistic"].discriminator(real + 5, fake + 5), loss)


def test_a_linear_discriminator_pays_half_its_squared_slope_on_either_side() -> None:
    weight = torch.randn(1, 3, 3, dtype=torch.float64, requires_grad=True)
    real, fake = (torch.randn(5, 1, 3, 3, dtype=torch.float64, requires_grad=True) for _ in range(2))
    scores = torch.cat([(pictures * weight).sum((1, 2, 3)) for pictures in (real, fake)])
    squared = weight.square().sum()
    torch.testing.assert_close(zero_centred_penalty(scores, real), squared / 2)
    penalty = zero_centred_penalty(scores, real, fake)
    torch.testing.assert_close(penalty, squared)
    (gradient,) = torch.autograd.grad(penalty, weight)
    torch.testing.assert_close(gradient, 2 * weight)


def test_a_linear_critic_pays_for_a_slope_other_than_one() -> None:
    weight = torch.full((1, 2, 2), 1.5)  # length 3
    real, fake = torch.randn(4, 1, 2, 2), torch.randn(4, 1, 2, 2)
    penalty = interpolated_penalty(lambda x: (x * weight).sum((1, 2, 3)), real, fake, torch.Generator())
    assert penalty.item() == pytest.approx((3 - 1) ** 2)


def test_equally_long_paths_cost_their_distance_to_the_running_mean() -> None:
    paths, style = PathLength(), torch.randn(6, 1, requires_grad=True)
    pictures = (2 * style)[:, :, None, None].expand(-1, 1, 1, 1)  # one pixel: the path is 2 |direction| long
    cost = paths(pictures, style, torch.Generator().manual_seed(0))
    lengths = 2 * torch.randn(6, 1, 1, 1, generator=torch.Generator().manual_seed(0)).abs().flatten()
    assert paths.mean.item() == pytest.approx(DECAY * lengths.mean().item())
    torch.testing.assert_close(cost, (lengths - paths.mean).square().mean())
