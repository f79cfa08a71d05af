import pytest
import torch
from torch import nn

from generators.training.ema import ema_decay, update_ema


def test_half_is_forgotten_in_one_half_life() -> None:
    decay = ema_decay(batch_size=100, shown=10**9, halflife_kimg=2)
    assert decay ** (2000 / 100) == pytest.approx(0.5)


def test_the_half_life_begins_at_a_twentieth_of_the_pictures_shown() -> None:
    assert ema_decay(batch_size=50, shown=1000, halflife_kimg=20) == pytest.approx(0.5)


def test_the_average_moves_by_what_it_does_not_keep() -> None:
    average, network = nn.Linear(2, 1), nn.Linear(2, 1)
    before, target = average.weight.clone(), network.weight.clone()
    update_ema(average, network, 0.75)
    torch.testing.assert_close(average.weight, 0.75 * before + 0.25 * target)
