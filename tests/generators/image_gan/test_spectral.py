import pytest
import torch
from torch import nn

from generators.builtin.image_gan.networks.spectral import SpectralNorm, spectral_normalised


def test_the_largest_singular_value_becomes_one() -> None:
    torch.manual_seed(0)
    weight = torch.randn(20, 12)
    norm = SpectralNorm(weight)
    for _ in range(100):
        normalised = norm(weight)
    assert torch.linalg.matrix_norm(normalised, ord=2).item() == pytest.approx(1, abs=1e-4)


def test_evaluation_does_not_change_the_estimate() -> None:
    layer = spectral_normalised(nn.Conv2d(3, 8, 4)).eval()
    before = {name: buffer.clone() for name, buffer in layer.named_buffers()}
    layer(torch.randn(1, 3, 8, 8))
    assert all(torch.equal(buffer, before[name]) for name, buffer in layer.named_buffers())


def test_the_estimate_has_no_gradient_but_the_weight_has() -> None:
    layer = spectral_normalised(nn.Linear(6, 4))
    layer(torch.randn(2, 6)).square().sum().backward()
    assert [p.grad is not None for p in layer.parameters()] == [True, True]
