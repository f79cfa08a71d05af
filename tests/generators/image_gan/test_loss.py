import pytest
import torch

from generators.builtin.image_gan.loss import discriminator_hinge, generator_hinge


def test_scores_beyond_the_margin_cost_the_discriminator_nothing() -> None:
    assert discriminator_hinge(torch.tensor([1.0, 3.0]), torch.tensor([-1.0, -2.0])).item() == 0


def test_scores_of_nought_cost_the_discriminator_two() -> None:
    assert discriminator_hinge(torch.zeros(4), torch.zeros(4)).item() == 2


def test_each_half_is_the_mean_of_what_lacks_to_the_margin() -> None:
    loss = discriminator_hinge(torch.tensor([0.5, 2.0]), torch.tensor([0.25, -0.5]))
    assert loss.item() == pytest.approx((0.5 + 0) / 2 + (1.25 + 0.5) / 2)


def test_the_generator_wants_high_scores() -> None:
    assert generator_hinge(torch.tensor([1.0, 3.0])).item() == -2
