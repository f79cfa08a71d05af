import pytest
import torch
from torch.distributions import MultivariateNormal

from generators.builtin.image_vae.mixture import Gaussians, Mixture, fit_gaussians, log_likelihood

CENTRES = torch.tensor([[-6.0, 0.0], [6.0, 0.0], [0.0, 8.0]])


def planted(count: int = 3000) -> torch.Tensor:
    random = torch.Generator().manual_seed(1)
    groups = torch.multinomial(torch.tensor([0.5, 0.3, 0.2]), count, replacement=True, generator=random)
    shape = torch.tensor([[1.0, 0.0], [0.8, 0.6]])  # covariance [[1, 0.8], [0.8, 1]]
    return CENTRES[groups] + torch.randn(count, 2, generator=random) @ shape.T


def test_a_planted_mixture_is_found() -> None:
    mixture = fit_gaussians(planted(), components=3, random=torch.Generator().manual_seed(0))
    found = torch.cdist(CENTRES.double(), mixture.means).min(1)
    assert found.values.max() < 0.15
    torch.testing.assert_close(
        mixture.weights[found.indices], torch.tensor([0.5, 0.3, 0.2]).double(), atol=0.03, rtol=0
    )
    covariances = mixture.factors @ mixture.factors.mT
    assert (covariances - torch.tensor([[1, 0.8], [0.8, 1]]).double()).abs().max() < 0.15


def test_the_likelihood_of_one_gaussian_is_that_of_torch_distributions() -> None:
    factor = torch.tensor([[1.5, 0.0], [0.4, 0.7]]).double()
    mean = torch.tensor([1.0, -2.0]).double()
    points = torch.randn(6, 2).double()
    ours = log_likelihood(points, Gaussians(torch.ones(1).double(), mean[None], factor[None]))
    torch.testing.assert_close(ours, MultivariateNormal(mean, scale_tril=factor).log_prob(points))


def test_three_components_fit_better_than_one() -> None:
    points = planted(600)
    one, three = (
        fit_gaussians(points, components=k, random=torch.Generator().manual_seed(0)) for k in (1, 3)
    )
    assert log_likelihood(points, three).mean() > log_likelihood(points, one).mean() + 0.5


def test_few_points_get_few_components_and_stay_finite() -> None:
    mixture = fit_gaussians(torch.randn(7, 8), components=10, random=torch.Generator().manual_seed(0))
    assert len(mixture.weights) == 1
    assert torch.isfinite(mixture.factors).all()


def test_equal_points_stay_finite() -> None:
    mixture = fit_gaussians(torch.ones(40, 2), components=3, random=torch.Generator().manual_seed(0))
    assert all(torch.isfinite(part).all() for part in mixture)


def test_the_seed_decides_the_fit() -> None:
    a, b = (
        fit_gaussians(planted(200), components=3, random=torch.Generator().manual_seed(4)) for _ in range(2)
    )
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_draws_follow_the_mixture_of_their_group() -> None:
    mixture = Mixture(groups=2, components=5, dimensions=2)
    mixture.put(1, fit_gaussians(planted(), components=3, random=torch.Generator().manual_seed(0)))
    random = torch.Generator().manual_seed(0)
    drawn = torch.stack([mixture.draw(1, random) for _ in range(2000)])
    assert drawn.mean(0).tolist() == pytest.approx(planted().mean(0).tolist(), abs=0.4)
    assert torch.cdist(drawn, CENTRES).amin(1).max() < 6
