"""The network of a checkpoint: a U-Net that knows its recipe, and from 128 pixels up an autoencoder around it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from generators.builtin.image_diffusion.autoencoder import FOLD, LATENT_CHANNELS, Autoencoder
from generators.builtin.image_diffusion.noising import mixture_at
from generators.builtin.image_diffusion.recipes import RECIPES, Name
from generators.builtin.image_diffusion.unet import UNet
from generators.training.precision import autocast

LATENT_FROM = 128
"""Pictures of this side and more are learned as encodings."""
PICTURE_SPREAD = 0.8
"""Root of the mean square of pixels in [-1, 1], about that of products on a plain ground. Encodings have 1."""


class Denoiser(nn.Module):
    """Answers what the recipe asks of noisy pictures, or of noisy encodings of pictures.

    The U-Net gives what the best linear guess from the noisy picture leaves open, scaled to variance 1 at all times, so
    it starts from that guess. Source: Karras et al., Elucidating the Design Space of Diffusion-Based Generative Models,
    2022, https://arxiv.org/abs/2206.00364, section 5, here for any mixture of picture and noise.
    """

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int, recipe: Name) -> None:
        super().__init__()
        self.recipe = RECIPES[recipe]
        self.labels = labels
        self.channels = channels
        self.autoencoder = Autoencoder(channels=channels, width=width) if resolution >= LATENT_FROM else None
        side = resolution // FOLD if self.autoencoder else resolution
        self.shape = (LATENT_CHANNELS if self.autoencoder else channels, side, side)
        self.spread = 1.0 if self.autoencoder else PICTURE_SPREAD
        self.unet = UNet(side=side, channels=self.shape[0], labels=labels, width=width)

    def forward(self, noisy: Tensor, time: Tensor, label: Tensor | None, *, exact: bool = False) -> Tensor:
        """Return the answer as float32 in the shape of `noisy` (B, *shape), for times (B,) and labels (B,).

        Args:
            exact: Compute in float32 where bfloat16 would be faster, too.
        """
        at = mixture_at(self.recipe, time)
        variance = (at.signal * self.spread).square() + at.spread.square()
        linear = (at.wanted_noise * at.spread + at.wanted_signal * at.signal * self.spread**2) / variance
        rest = self.spread * (at.wanted_noise * at.signal - at.wanted_signal * at.spread) * variance.rsqrt()
        with autocast(noisy.device.type, enabled=False if exact else None):
            answer: Tensor = self.unet(noisy * variance.rsqrt(), time, label)
        return linear * noisy + rest * answer.float()

    @torch.no_grad()
    def encode(self, pictures: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return what the flow learns for pictures (B, C, H, W): themselves, or their encodings with variance 1.

        Args:
            noise: Standard normal, shape (B, *shape), which picks an encoding from each picture's Gaussian; without it
                the Gaussian's mean is taken.
        """
        if self.autoencoder is None:
            return pictures
        with autocast(pictures.device.type):
            mean, log_var = self.autoencoder.encode(pictures)
        return self.autoencoder.standardise(mean if noise is None else mean + noise * (0.5 * log_var).exp())

    @torch.no_grad()
    def decode(self, drawn: Tensor) -> Tensor:
        """Return pictures in [-1, 1], shape (B, C, H, W), of what was drawn, shape (B, *shape)."""
        if self.autoencoder is None:
            return drawn.clamp(-1, 1)
        with autocast(drawn.device.type):
            return self.autoencoder.decode(self.autoencoder.restore(drawn)).clamp(-1, 1)
