"""The autoencoder and its losses."""

import pytest
import torch

from generators.builtin.image_diffusion.autoencoder import Autoencoder
from generators.builtin.image_diffusion.loss import kl_to_standard_normal, reconstruction_loss


def test_encodings_are_a_quarter_as_wide_and_decode_to_the_size_they_had() -> None:
    autoencoder = Autoencoder(channels=3, width=4)
    mean, log_var = autoencoder.encode(torch.zeros(2, 3, 64, 64))
    assert mean.shape == log_var.shape == (2, 4, 16, 16)
    assert autoencoder.decode(mean).shape == (2, 3, 64, 64)


def test_what_is_seen_often_is_standardised_and_comes_back() -> None:
    autoencoder = Autoencoder(channels=1, width=4)
    encodings = 3 * torch.randn(4, 4, 8, 8, generator=torch.Generator().manual_seed(0)) + 2
    for _ in range(400):
        autoencoder.watch(encodings)
    standardised = autoencoder.standardise(encodings)
    assert standardised.mean().item() == pytest.approx(0, abs=0.01)
    assert standardised.std().item() == pytest.approx(1, abs=0.01)
    torch.testing.assert_close(autoencoder.restore(standardised), encodings)


def test_the_loss_of_a_shift_is_its_size_and_edges_cost_more() -> None:
    pictures = torch.zeros(1, 1, 4, 4)
    assert reconstruction_loss(pictures, pictures + 0.5).item() == pytest.approx(0.5)
    checks = 0.5 * (-1.0) ** (torch.arange(4)[:, None] + torch.arange(4))
    assert reconstruction_loss(pictures, checks.expand(1, 1, 4, 4)).item() == pytest.approx(0.5 + 2)


def test_the_divergence_of_a_standard_normal_is_zero() -> None:
    zero = torch.zeros(1, 4, 2, 2)
    assert kl_to_standard_normal(zero, zero).item() == 0
    assert kl_to_standard_normal(zero + 2, zero).item() == pytest.approx(2)
