import pytest
import torch

from generators.metrics.psnr import psnr


def test_an_error_of_a_tenth_of_the_range_is_twenty_decibels() -> None:
    a = torch.zeros(2, 3, 8, 8)
    assert psnr(a, a + 0.2, data_range=2).tolist() == pytest.approx([20, 20], abs=1e-4)


def test_each_picture_has_its_own_figure() -> None:
    a = torch.zeros(2, 1, 4, 4)
    b = torch.stack([torch.full((1, 4, 4), 0.02), torch.full((1, 4, 4), 2.0)])
    assert psnr(a, b, data_range=2).tolist() == pytest.approx([40, 0], abs=1e-4)


def test_equal_pictures_differ_infinitely_little() -> None:
    a = torch.rand(1, 1, 4, 4)
    assert psnr(a, a, data_range=2).item() == float("inf")


def test_shapes_have_to_agree() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        psnr(torch.zeros(1, 1, 4, 4), torch.zeros(1, 3, 4, 4), data_range=2)
