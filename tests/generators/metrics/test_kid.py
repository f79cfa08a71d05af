import pytest
import torch

from generators.metrics.kid import kid, squared_mmd


def test_two_pairs_of_numbers_are_worked_out_by_hand() -> None:
    """Kernel (ab + 1)^3: within {0, 1} it is 1, within {1, 2} 27, across 1, 1, 8, 27."""
    a, b = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [2.0]])
    assert squared_mmd(a, b) == pytest.approx(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4)


def test_it_is_unbiased_and_its_interval_holds_nothing_where_nothing_differs() -> None:
    random = torch.Generator().manual_seed(3)
    found = [
        kid(*torch.randn(2, 60, 4, generator=random), torch.Generator().manual_seed(0)) for _ in range(60)
    ]
    values = torch.tensor([one.value for one in found])
    assert abs(values.mean()) < 3 * values.std() / 60**0.5
    assert sum(one.low <= 0 <= one.high for one in found) >= 51  # of 57 expected at 95 %
    errors = torch.tensor([one.standard_error for one in found])
    assert 0.5 < errors.mean() / values.std() < 4  # smaller subsets can only overstate it


def test_few_pictures_have_the_resampled_error() -> None:
    a, b = torch.randn(2, 12, 3, generator=torch.Generator().manual_seed(1))
    assert kid(a, b, torch.Generator().manual_seed(0)).standard_error > 0


def test_one_picture_has_no_distance() -> None:
    with pytest.raises(ValueError, match="at least 2 samples of each set; 1 and 3 given"):
        squared_mmd(torch.zeros(1, 2), torch.zeros(3, 2))
    with pytest.raises(ValueError, match="2 and 3 numbers"):
        squared_mmd(torch.zeros(2, 2), torch.zeros(3, 3))
