"""Changes of pictures before the discriminator, and how strong they are."""

import pytest
import torch

from generators.builtin.image_gan.adaptive import FULL_SWING_KIMG, AdaptiveAugmentation, starting_strength
from generators.builtin.image_gan.diffaugment import (
    differentiably_augmented,
    recoloured,
    shifted,
    with_hole,
)

ALL = torch.ones(16, dtype=torch.bool)


def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(("count", "strength"), [(100, 0.6), (500, 0.6), (1250, 0.3), (2000, 0), (60_000, 0)])
def test_few_pictures_are_changed_from_the_start(count: int, strength: float) -> None:
    assert starting_strength(count) == pytest.approx(strength)


def test_nothing_is_drawn_where_nothing_is_changed() -> None:
    pictures, random = torch.randn(4, 1, 8, 8), chance()
    assert differentiably_augmented(pictures, 0, random) is pictures
    assert torch.equal(random.get_state(), chance().get_state())


@pytest.mark.parametrize("change", [recoloured, shifted, with_hole])
def test_only_chosen_pictures_are_changed_and_gradients_pass(change: object) -> None:
    pictures = torch.rand(16, 3, 16, 16, requires_grad=True)
    chosen = torch.arange(16) % 2 == 0
    changed = change(pictures, chosen, chance())  # type: ignore[operator]
    assert changed.shape == pictures.shape
    assert torch.equal(changed[1::2], pictures[1::2])
    assert not torch.equal(changed[::2], pictures[::2])
    (gradient,) = torch.autograd.grad(changed.square().sum(), pictures, create_graph=True)
    assert gradient.requires_grad


def test_a_shift_moves_by_an_eighth_at_most_and_leaves_nothing_behind() -> None:
    pictures = torch.zeros(16, 1, 16, 16)
    pictures[:, :, 8, 8] = 1
    where = shifted(pictures, ALL, chance()).nonzero()
    assert len(where) == 16
    assert (where[:, 2:] - 8).abs().max() == 2


def test_a_hole_covers_a_quarter_at_most() -> None:
    left = with_hole(torch.ones(16, 1, 16, 16), ALL, chance()).mean((1, 2, 3))
    assert left.min() >= 0.75
    assert left.max() < 1


def test_colours_keep_their_mean_but_for_brightness() -> None:
    pictures = torch.rand(16, 3, 8, 8)
    moved = recoloured(pictures, ALL, chance()).mean((1, 2, 3)) - pictures.mean((1, 2, 3))
    torch.testing.assert_close(moved, torch.rand(3, 16, generator=chance())[0] - 0.5)


def test_the_strength_follows_how_surely_real_pictures_are_told_apart() -> None:
    augmentation = AdaptiveAugmentation(100)
    sure, unsure = torch.full((8,), 3.0), torch.tensor([3.0, -3.0] * 4)
    way = 4 * 8 / (FULL_SWING_KIMG * 1000)
    for step in range(4):
        augmentation.adapt(sure, -sure, step=step)
    assert augmentation.strength.item() == pytest.approx(0.6 + way)
    for step in range(4, 12):
        augmentation.adapt(unsure, unsure, step=step)
    assert augmentation.strength.item() == pytest.approx(0.6)  # where it began, and not below


def test_turned_off_it_does_nothing() -> None:
    augmentation = AdaptiveAugmentation(100, enabled=False)
    for step in range(4):
        assert augmentation.adapt(torch.ones(8), -torch.ones(8), step=step) == 0
