import math

import pytest
import torch

from generators.training.likelihood import (
    LEAST_VARIANCE,
    bits_per_dim,
    dequantised,
    negative_log_likelihood,
    optimal_variance,
)
from generators.training.pictures import to_bytes, to_floats


def test_no_other_variance_makes_the_errors_more_likely() -> None:
    error = torch.rand(2, 3, 4, 4)
    best = optimal_variance(error)
    at_best = negative_log_likelihood(error, best).mean()
    assert all(negative_log_likelihood(error, best * f).mean() > at_best for f in (0.5, 0.9, 1.1, 2))


def test_at_the_optimum_the_cost_is_the_entropy_of_a_gaussian() -> None:
    error = torch.full((1, 1, 2, 2), 0.25)
    nats = negative_log_likelihood(error, optimal_variance(error))
    assert nats.item() == pytest.approx(4 * 0.5 * (1 + math.log(2 * math.pi * 0.25)))


def test_perfect_reconstructions_stay_finite() -> None:
    error = torch.zeros(1, 1, 2, 2)
    assert optimal_variance(error).item() == pytest.approx(LEAST_VARIANCE)
    assert torch.isfinite(negative_log_likelihood(error, optimal_variance(error))).all()


def test_a_uniform_density_costs_eight_bits_but_for_the_width_of_one_level() -> None:
    """Density 1/2 on [-1, 1], where 255 steps separate 256 levels."""
    nats = torch.tensor([12 * math.log(2)])
    assert bits_per_dim(nats, 12).item() == pytest.approx(math.log2(255))


def test_dequantised_values_stay_within_their_level() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    moved = dequantised(to_floats(levels), torch.Generator().manual_seed(0))
    assert torch.equal(to_bytes(moved), levels)
    assert len(moved.unique()) == 256
