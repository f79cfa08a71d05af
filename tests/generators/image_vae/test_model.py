import pytest
import torch

from generators.builtin.image_vae.model import VariationalAutoencoder


@pytest.mark.parametrize(("resolution", "channels", "labels"), [(32, 1, 0), (32, 3, 2), (64, 3, 3)])
def test_reconstructions_have_the_shape_of_the_pictures(resolution: int, channels: int, labels: int) -> None:
    network = VariationalAutoencoder(
        resolution=resolution, channels=channels, labels=labels, latent_dim=4, width=8, components=2
    )
    picture = torch.rand(2, channels, resolution, resolution) * 2 - 1
    label = torch.tensor([0, labels - 1]) if labels else None
    reconstruction, mean, log_var = network(picture, label, torch.randn(2, 4))
    assert reconstruction.shape == picture.shape
    assert mean.shape == log_var.shape == (2, 4)


def test_without_noise_the_mean_is_decoded() -> None:
    network = VariationalAutoencoder(resolution=32, channels=1, labels=0, latent_dim=4, width=8, components=1)
    picture = torch.rand(2, 1, 32, 32)
    reconstruction, mean, _ = network(picture, None, torch.zeros(2, 4))
    torch.testing.assert_close(reconstruction, network.decode(mean, None))


def test_a_conditional_network_wants_a_label() -> None:
    network = VariationalAutoencoder(resolution=32, channels=1, labels=2, latent_dim=4, width=8, components=1)
    with pytest.raises(ValueError, match="needs a label"):
        network.decode(torch.zeros(1, 4), None)
