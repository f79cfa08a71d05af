import pytest
import torch

from generators.metrics.frechet import Gaussian, fit_gaussian, frechet_distance, frechet_figure


def diagonal(mean: list[float], variances: list[float]) -> Gaussian:
    return Gaussian(torch.tensor(mean).double(), torch.diag(torch.tensor(variances).double()))


def test_the_distance_of_independent_gaussians_is_that_of_means_and_standard_deviations() -> None:
    a, b = diagonal([0, 1], [1, 4]), diagonal([3, 5], [9, 16])
    assert frechet_distance(a, b) == pytest.approx(3**2 + 4**2 + (3 - 1) ** 2 + (4 - 2) ** 2)


def test_a_rotation_of_both_gaussians_changes_nothing() -> None:
    a, b = diagonal([0, 1], [1, 4]), diagonal([3, 5], [9, 16])
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    turned = (Gaussian(turn @ g.mean, turn @ g.covariance @ turn.T) for g in (a, b))
    assert frechet_distance(*turned) == pytest.approx(frechet_distance(a, b))


def test_singular_covariances_give_a_real_distance() -> None:
    features = torch.randn(5, 20, generator=torch.Generator().manual_seed(0))
    other = features + 1
    assert frechet_distance(fit_gaussian(features), fit_gaussian(features)) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(fit_gaussian(features), fit_gaussian(other)) == pytest.approx(20, rel=1e-5)


def test_the_fitted_gaussian_has_the_unbiased_covariance() -> None:
    mean, covariance = fit_gaussian(torch.tensor([[0.0, 0.0], [2.0, 4.0]]))
    assert mean.tolist() == [1, 2]
    assert covariance.tolist() == [[2, 4], [4, 8]]


def test_one_sample_has_no_covariance() -> None:
    with pytest.raises(ValueError, match="at least 2 samples; 1 given"):
        fit_gaussian(torch.zeros(1, 3))


def test_the_interval_is_as_wide_as_repeated_draws_vary() -> None:
    random = torch.Generator().manual_seed(1)
    found = [
        frechet_figure(
            torch.randn(150, 4, generator=random), torch.randn(150, 4, generator=random) + 1, random
        )
        for _ in range(12)
    ]
    varied = float(torch.tensor([one.value for one in found]).std())
    assert found[0].standard_error == pytest.approx(varied, rel=0.5)
    assert found[0].low < found[0].value < found[0].high
