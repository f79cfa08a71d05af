"""The discriminator of VAE-GAN: it tells decoded pictures from real ones, and its features say how alike two are.

Source: Larsen, Sonderby, Larochelle and Winther, Autoencoding beyond pixels using a learned similarity metric, 2016,
https://arxiv.org/abs/1512.09300. There the discriminator is trained by cross-entropy with batch normalisation; here by
the hinge loss with spectral normalisation (Miyato et al. 2018, https://arxiv.org/abs/1802.05957), which bounds its
slope, so that a short training on a CPU does not swing.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import leaky_relu, relu
from torch.nn.utils.parametrizations import spectral_norm


class Discriminator(nn.Module):
    """Scores pictures, given their label where there are labels (projection: arXiv:1802.05637)."""

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        widths = [channels, width, 2 * width, 4 * width]
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 4, stride=2, padding=1)) for a, b in pairwise(widths)
        )
        flat = 4 * width * (resolution // 8) ** 2
        self.score = spectral_norm(nn.Linear(flat, 1))
        self.embed = spectral_norm(nn.Embedding(labels, flat)) if labels else None

    def forward(self, picture: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return features (B, 2W, H/4, W/4) and scores (B,) of pictures (B, C, H, W)."""
        x, features = picture, picture
        for depth, layer in enumerate(self.layers):
            x = leaky_relu(layer(x), 0.2)
            features = x if depth == 1 else features
        flat = x.flatten(1)
        score = self.score(flat).squeeze(1)
        if self.embed is not None:
            score = score + (self.embed(label) * flat).sum(1)
        return features.float(), score.float()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return the hinge loss of scores (B,) of real and of decoded pictures: 0 above 1 and below -1, a scalar."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def feature_error(features: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the squared differences of two pictures' features, averaged over all but the batch, shape (B,)."""
    return (features - reconstructed).square().flatten(1).mean(1)
