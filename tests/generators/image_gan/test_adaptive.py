"""Changes of pictures before the discriminator, and how strong they are."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from generators.builtin.image_gan import diffaugment
from generators.builtin.image_gan.adaptive import (
    EVERY,
    FULL_SWING_KIMG,
    MOST,
    ROUNDS,
    AdaptiveAugmentation,
    least_strength,
)
from generators.builtin.image_gan.diffaugment import TURN, differentiably_augmented, recoloured, turned

Change = Callable[[Tensor, Tensor, torch.Generator], Tensor]
ALL = torch.ones(16, dtype=torch.bool)


def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(("count", "strength"), [(100, 0.8), (500, 0.8), (1250, 0.4), (2000, 0), (60_000, 0)])
def test_few_pictures_are_changed_once_they_were_seen_some_times(count: int, strength: float) -> None:
    assert least_strength(count, 0) == 0
    assert least_strength(count, ROUNDS / 2) == pytest.approx(strength / 2)
    assert least_strength(count, ROUNDS) == least_strength(count, 1000) == pytest.approx(strength)


def test_nothing_is_drawn_where_nothing_is_changed() -> None:
    pictures, random = torch.randn(4, 1, 8, 8), chance()
    assert differentiably_augmented(pictures, 0, random) is pictures
    assert torch.equal(random.get_state(), chance().get_state())


@pytest.mark.parametrize("change", [recoloured, turned])
def test_only_chosen_pictures_are_changed_and_gradients_pass(change: Change) -> None:
    pictures = torch.rand(16, 3, 16, 16, requires_grad=True)
    chosen = torch.arange(16) % 2 == 0
    changed = change(pictures, chosen, chance())
    assert changed.shape == pictures.shape
    assert torch.equal(changed[1::2], pictures[1::2])
    assert all(not torch.equal(*pair) for pair in zip(changed[::2], pictures[::2], strict=True))
    (gradient,) = torch.autograd.grad(changed.sum(), pictures)
    assert gradient.flatten(1).any(1).all()


def test_a_ramp_is_turned_by_the_angle_that_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffaugment, "STRETCH", 0.0)
    ramp = torch.linspace(-1, 1, 65).expand(16, 1, 65, 65)
    angles = TURN * (2 * torch.rand(16, generator=chance()) - 1)
    middle = turned(ramp, ALL, chance())[:, 0, 16:49, 16:49]
    down, across = (step.mean((1, 2)) for step in torch.gradient(middle, dim=(1, 2)))
    torch.testing.assert_close(torch.atan2(-down, across), angles, atol=1e-4, rtol=1e-3)


def test_a_turned_picture_of_one_colour_stays_so() -> None:
    pictures = torch.full((16, 3, 16, 16), 0.7)
    torch.testing.assert_close(turned(pictures, ALL, chance()), pictures)


def test_colours_keep_their_mean_but_for_brightness() -> None:
    pictures = torch.rand(16, 3, 8, 8)
    moved = recoloured(pictures, ALL, chance()).mean((1, 2, 3)) - pictures.mean((1, 2, 3))
    torch.testing.assert_close(moved, torch.rand(3, 16, generator=chance())[0] - 0.5)


def test_the_strength_follows_how_surely_real_pictures_are_told_apart() -> None:
    augmentation = AdaptiveAugmentation(2000)
    sure, unsure = torch.full((8,), 3.0), torch.tensor([3.0, -3.0] * 4)
    way = 4 * 8 / (FULL_SWING_KIMG * 1000)
    for step in range(8):
        augmentation.adapt(sure, -sure, step=step)
    assert augmentation.strength.item() == pytest.approx(2 * way)
    for step in range(8, 12):
        augmentation.adapt(unsure, unsure, step=step)
    assert augmentation.strength.item() == pytest.approx(way)


def test_of_few_pictures_it_never_falls_below_what_their_rounds_ask_for() -> None:
    augmentation, unsure = AdaptiveAugmentation(100), torch.tensor([3.0, -3.0] * 5)
    for step in range(2 * ROUNDS * 10):
        strength = augmentation.adapt(unsure, unsure, step=step)
        if (step + 1) % EVERY == 0:
            assert strength == pytest.approx(least_strength(100, (step + 1) / 10))


def test_it_never_rises_to_where_it_would_show() -> None:
    augmentation, sure = AdaptiveAugmentation(60_000), torch.full((5_000,), 3.0)
    strengths = [augmentation.adapt(sure, -sure, step=step) for step in range(100)]
    assert strengths == sorted(strengths)
    assert strengths[-1] == MOST


def test_turned_off_it_does_nothing() -> None:
    augmentation = AdaptiveAugmentation(100, enabled=False)
    for step in range(4):
        assert augmentation.adapt(torch.ones(8), -torch.ones(8), step=step) == 0
