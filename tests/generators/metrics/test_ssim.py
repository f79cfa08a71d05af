import pytest
import torch

from generators.metrics.ssim import ssim


def flat(value: float) -> torch.Tensor:
    return torch.full((1, 1, 16, 16), value)


def test_a_picture_is_wholly_like_itself() -> None:
    a = torch.rand(2, 3, 16, 16) * 2 - 1
    assert ssim(a, a, data_range=2).tolist() == pytest.approx([1, 1])


def test_flat_pictures_differ_in_brightness_only() -> None:
    c1 = (0.01 * 1) ** 2
    expected = (2 * 0.2 * 0.6 + c1) / (0.2**2 + 0.6**2 + c1)
    assert ssim(flat(0.2), flat(0.6), data_range=1).item() == pytest.approx(expected, rel=1e-5)


def test_half_the_contrast_around_zero_gives_four_fifths() -> None:
    """Where the means vanish, SSIM is (2 cov + c2) / (var_a + var_b + c2): 2 * 0.5 / (1 + 0.25) for b = a / 2."""
    board = (torch.arange(64)[:, None] + torch.arange(64)) % 2 * 2.0 - 1
    a = board[None, None]
    assert ssim(a, a / 2, data_range=1e-3).item() == pytest.approx(0.8, abs=1e-3)


def test_a_negative_is_unlike_its_original() -> None:
    board = ((torch.arange(64)[:, None] + torch.arange(64)) % 2 * 2.0 - 1)[None, None]
    assert ssim(board, -board, data_range=1e-3).item() == pytest.approx(-1, abs=1e-2)


def test_a_picture_smaller_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="11 x 11"):
        ssim(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8), data_range=1)
