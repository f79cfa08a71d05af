"""A style-based generator with modulated, demodulated convolutions and noise inputs, and a residual discriminator.

Source: Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, sections 2 to 4 (skip connections in
the generator, residual ones in the discriminator), https://arxiv.org/abs/1912.04958; mapping network and noise: Karras,
Laine and Aila, A Style-Based Generator Architecture, 2019, https://arxiv.org/abs/1812.04948.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from generators.builtin.image_gan.networks.equalised import (
    EqualisedConv,
    EqualisedLinear,
    pixel_norm,
    with_minibatch_deviation,
)
from generators.builtin.image_gan.networks.layers import (
    GAIN,
    SLOPE,
    LatentGenerator,
    Projection,
    channels_at,
    sizes_below,
)
from generators.training.processes import drawn_alike

MAPPING_LAYERS = 4
MAPPING_PACE = 0.01  # of the mapping's learning rate; StyleGAN, appendix C


class ModulatedConv(nn.Conv2d):
    """A convolution whose input channels the style scales; demodulation divides by the scaled kernel's length."""

    def __init__(
        self, inputs: int, outputs: int, size: int, *, style_dim: int, demodulate: bool = True
    ) -> None:
        super().__init__(inputs, outputs, size, padding=size // 2, bias=False)
        nn.init.normal_(self.weight)
        self.style = EqualisedLinear(style_dim, inputs, bias=1.0)
        self.demodulate = demodulate
        self.scale = 1 / math.sqrt(inputs * size**2)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:  # type: ignore[override]
        # (B, C, H, W), (B, S) -> (B, C', H, W)
        weight, scale = self.weight * self.scale, self.style(style)
        x = self._conv_forward(x * scale[:, :, None, None], weight, None)
        if self.demodulate:
            energy = scale.float().square() @ weight.square().sum((2, 3)).T
            x = x * (energy + 1e-8).rsqrt()[:, :, None, None]
        return x


class StyledLayer(nn.Module):
    """A modulated convolution, noise, bias and rectifier."""

    noise: Tensor

    def __init__(self, inputs: int, outputs: int, *, size: int, style_dim: int) -> None:
        super().__init__()
        self.convolution = ModulatedConv(inputs, outputs, 3, style_dim=style_dim)
        self.strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("noise", torch.randn(1, 1, size, size))

    def forward(self, x: Tensor, style: Tensor, random: torch.Generator | None) -> Tensor:
        x, noise = self.convolution(x, style), self.noise
        if random is not None:
            noise = drawn_alike(torch.randn, len(x), *noise.shape[1:], random=random).to(x.device)
        return leaky_relu(x + self.strength * noise + self.bias[:, None, None], SLOPE) * GAIN


class Generator(LatentGenerator):
    """Adds up the pictures of all sizes; without `random` its noise is that of the checkpoint."""

    def __init__(self, *, resolution: int, channels: int, labels: int, latent_dim: int, width: int) -> None:
        super().__init__(labels=labels, latent_dim=latent_dim)
        style_dim = 2 * latent_dim
        self.mapping = nn.ModuleList(
            EqualisedLinear(inputs, style_dim, gain=GAIN, pace=MAPPING_PACE)
            for inputs in [self.given, *[style_dim] * (MAPPING_LAYERS - 1)]
        )
        sizes = [*sizes_below(resolution), resolution]
        widths = _widths(resolution, width)
        self.start = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.layers = nn.ModuleList(
            StyledLayer(a, b, size=size, style_dim=style_dim)
            for size, a, b in zip(sizes, [widths[0], *widths], widths, strict=False)
        )
        self.to_pictures = nn.ModuleList(
            ModulatedConv(w, channels, 1, style_dim=style_dim, demodulate=False) for w in widths
        )
        self.shade = nn.Parameter(torch.zeros(channels, 1, 1))

    def style(self, latent: Tensor, label: Tensor | None) -> Tensor:  # (B, Z), (B,) -> (B, S)
        style = pixel_norm(self.labelled(latent, label))
        for layer in self.mapping:
            style = leaky_relu(layer(style), SLOPE)
        return style

    def synthesise(self, style: Tensor, random: torch.Generator | None = None) -> Tensor:
        x = self.start.expand(len(style), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        picture: Tensor | None = None
        for layer, to_picture in zip(self.layers, self.to_pictures, strict=True):
            if picture is not None:
                x, picture = _doubled(x), _doubled(picture)
            x = layer(x, style, random)
            drawn = to_picture(x, style)
            picture = drawn if picture is None else picture + drawn
        assert picture is not None
        shaded: Tensor = picture + self.shade
        return shaded


class Block(nn.Module):
    """Halves height and width by two convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = EqualisedConv(inputs, inputs, 3, gain=GAIN)
        self.second = EqualisedConv(inputs, outputs, 3, gain=GAIN)
        self.shortcut = EqualisedConv(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C', H / 2, W / 2)
        h = leaky_relu(self.first(x), SLOPE)
        h = avg_pool2d(leaky_relu(self.second(h), SLOPE), 2)
        halved: Tensor = (h + self.shortcut(avg_pool2d(x, 2))) / math.sqrt(2)
        return halved


class Discriminator(nn.Module):
    """Residual blocks, then the deviation within the batch."""

    def __init__(self, *, resolution: int, channels: int, labels: int, width: int) -> None:
        super().__init__()
        widths = _widths(resolution, width)[::-1]
        self.from_picture = EqualisedConv(channels, widths[0], 1, gain=GAIN)
        self.blocks = nn.Sequential(*(Block(a, b) for a, b in pairwise(widths)))
        self.last = EqualisedConv(widths[-1] + 1, widths[-1], 3, gain=GAIN)
        self.hidden = EqualisedLinear(widths[-1] * 16, widths[-1], gain=GAIN)
        self.head = Projection(widths[-1], labels=labels)

    def forward(self, picture: Tensor, label: Tensor | None) -> Tensor:  # (B, C, H, W), (B,) -> (B,)
        x = self.blocks(leaky_relu(self.from_picture(picture), SLOPE))
        x = leaky_relu(self.last(with_minibatch_deviation(x.float())), SLOPE)
        return self.head(leaky_relu(self.hidden(x.flatten(1)), SLOPE).float(), label)  # type: ignore[no-any-return]


def _doubled(x: Tensor) -> Tensor:
    """Return features with twice the height and width, filtered by [1, 3, 3, 1]: bilinear."""
    return interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _widths(resolution: int, width: int) -> list[int]:
    sizes = [*sizes_below(resolution), resolution]
    return [max(channels_at(size, resolution=resolution, width=width), 4) for size in sizes]
