"""What is special about the networks of single recipes."""

import pytest
import torch
from torch import nn

from generators.builtin.image_gan.networks import progressive, r3gan, stylegan2
from generators.builtin.image_gan.networks.equalised import (
    EqualisedConv,
    EqualisedLinear,
    pixel_norm,
    with_minibatch_deviation,
)

SMALL = {"resolution": 32, "channels": 1, "labels": 0, "width": 8}


def test_equalised_layers_keep_the_variance() -> None:
    torch.manual_seed(0)
    assert EqualisedLinear(256, 256, pace=0.01)(torch.randn(200, 256)).std().item() == pytest.approx(
        1, rel=0.05
    )
    out = EqualisedConv(64, 64, 3)(torch.randn(4, 64, 16, 16))[:, :, 1:-1, 1:-1]
    assert out.std().item() == pytest.approx(1, rel=0.05)


def test_normalised_pixels_have_a_mean_square_of_one() -> None:
    x = pixel_norm(7 * torch.randn(2, 16, 3, 3))
    torch.testing.assert_close(x.square().mean(1), torch.ones(2, 3, 3))


def test_the_deviation_of_a_batch_is_a_channel_and_nought_where_all_are_alike() -> None:
    x = torch.randn(1, 5, 4, 4).repeat(8, 1, 1, 1)
    assert with_minibatch_deviation(x).shape == (8, 6, 4, 4)
    assert with_minibatch_deviation(x)[:, 5].max() < 1e-3
    signs = torch.tensor([1.0, 1.0, -1.0, -1.0])[:, None, None, None].expand(4, 2, 4, 4)
    torch.testing.assert_close(with_minibatch_deviation(signs)[:, 2], torch.ones(4, 4, 4))


@pytest.mark.parametrize(
    ("progress", "level"), [(0, 0), (0.1, 0), (0.15, 0.5), (0.2, 1), (0.25, 1), (0.6, 3), (1, 3)]
)
def test_growth_rests_and_fades_by_turns(progress: float, level: float) -> None:
    assert progressive.level_at(progress, doublings=3) == pytest.approx(level)


def test_a_new_size_fades_in_without_a_jump() -> None:
    torch.manual_seed(0)
    generator = progressive.Generator(**SMALL, latent_dim=4)
    discriminator = progressive.Discriminator(**SMALL)
    style = generator.style(torch.randn(4, 4), None)

    def at(level: float) -> tuple[torch.Tensor, torch.Tensor]:
        for network in (generator, discriminator):
            network.level.fill_(level)
        return generator.synthesise(style), discriminator(picture, None)

    picture = torch.randn(4, 1, 32, 32)
    for before, after in ((1.0, 1.0001), (1.9999, 2.0)):
        for one, other in zip(at(before), at(after), strict=True):
            torch.testing.assert_close(one, other, atol=2e-2, rtol=0)
    assert generator.synthesise(style)[0, 0, ::2, ::2].equal(generator.synthesise(style)[0, 0, 1::2, 1::2])


def test_noise_is_fixed_without_chance_and_drawn_with_it() -> None:
    generator = stylegan2.Generator(**SMALL, latent_dim=4)
    for layer in generator.layers:
        nn.init.ones_(layer.strength)  # type: ignore[arg-type]
    latent = torch.randn(1, 4)
    assert torch.equal(generator(latent, None), generator(latent, None))
    drawn = [generator(latent, None, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_demodulated_features_keep_their_scale_whatever_the_style() -> None:
    torch.manual_seed(0)
    convolution = stylegan2.ModulatedConv(32, 32, 3, style_dim=4)
    x = torch.randn(32, 32, 8, 8)
    small, large = (
        convolution(x, style).std().item() for style in (torch.zeros(32, 4), 50 * torch.randn(32, 4))
    )
    assert large == pytest.approx(small, rel=0.15)


@pytest.mark.parametrize("backbone", ["plain", "grouped"])
def test_residual_blocks_begin_as_the_identity(backbone: r3gan.Backbone) -> None:
    x = torch.randn(2, 16, 8, 8)
    assert torch.equal(r3gan.blocks(16, backbone)(x), x)
    generator = r3gan.Generator(**SMALL, latent_dim=4, backbone=backbone)
    pictures = generator(torch.randn(2, 4), None)
    assert pictures.shape == (2, 1, 32, 32)
    assert r3gan.Discriminator(**SMALL, backbone=backbone)(pictures, None).shape == (2,)
