import pytest
import torch

from generators.builtin.image_gan.networks.modulated import Discriminator, Generator, ModulatedUpsample


@pytest.mark.parametrize(
    ("resolution", "channels", "labels"), [(32, 1, 0), (32, 3, 2), (64, 3, 0), (64, 1, 5)]
)
def test_pictures_and_scores_have_the_shapes_that_were_asked_for(
    resolution: int, channels: int, labels: int
) -> None:
    facts = {"resolution": resolution, "channels": channels, "labels": labels, "width": 8}
    label = torch.tensor([0, labels - 1]) if labels else None
    pictures = Generator(**facts, latent_dim=4)(torch.randn(2, 4), label)
    assert pictures.shape == (2, channels, resolution, resolution)
    assert pictures.abs().max() <= 1
    assert Discriminator(**facts)(pictures, label).shape == (2,)


def test_a_picture_does_not_depend_on_the_others_of_its_batch() -> None:
    generator = Generator(resolution=32, channels=1, labels=0, latent_dim=4, width=8)
    latent = torch.randn(3, 4)
    torch.testing.assert_close(generator(latent, None)[1:2], generator(latent[1:2], None))


def test_modulated_features_keep_their_scale_whatever_the_style() -> None:
    torch.manual_seed(0)
    block = ModulatedUpsample(32, 16, style_dim=4)
    x = torch.randn(64, 32, 8, 8)
    small, large = (block(x, style).std().item() for style in (torch.zeros(64, 4), 50 * torch.randn(64, 4)))
    assert large == pytest.approx(small, rel=0.15)


def test_a_conditional_generator_wants_a_label() -> None:
    generator = Generator(resolution=32, channels=1, labels=2, latent_dim=4, width=8)
    with pytest.raises(ValueError, match="needs a label"):
        generator(torch.randn(1, 4), None)
