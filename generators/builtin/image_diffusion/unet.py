"""The network of `image-diffusion`: a small U-Net that is told the time and the label.

The time is encoded by sines and cosines and scales and shifts the normalised features of each block (Peebles and Xie,
Scalable Diffusion Models with Transformers, 2023, https://arxiv.org/abs/2212.09748, section 3.2: each block starts as
the identity). Pictures are folded to a quarter of their positions before the first convolution, because a processor
spends most of its time on full-size feature maps; channels are normalised at each position, which is the cheapest
normalisation where channels come last.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, pixel_shuffle, pixel_unshuffle, scaled_dot_product_attention, silu

FREQUENCIES = 32  # sines and as many cosines that encode the time
FASTEST = 1000.0  # radians for each unit of time: two neighbours of 1,000 steps differ
HEAD = 32  # channels of each attention head
ATTENDED = 8  # feature maps of at most this side attend to all of their positions
PATCH = 2  # side of the squares of pixels that are folded into channels


def encode_time(time: Tensor) -> Tensor:
    """Return sines and cosines of times in [0, 1], shape (B,), as float32 of shape (B, 2 * FREQUENCIES).

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.5. https://arxiv.org/abs/1706.03762
    """
    exponents = torch.linspace(0, 1, FREQUENCIES, device=time.device)
    angles = time.float()[:, None] * FASTEST**exponents
    return torch.cat([angles.sin(), angles.cos()], 1)


def normalise(x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
    """Return features with mean 0 and variance 1 over the channels of each position."""
    return layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2]).permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two convolutions around a residual; the condition scales and shifts what the first one sees."""

    def __init__(self, inputs: int, outputs: int, *, condition: int) -> None:
        super().__init__()
        self.modulate = nn.Linear(condition, 2 * inputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        for layer in (self.modulate, self.second):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:  # (B, C, H, W), (B, E) -> (B, C', H, W)
        scale, shift = self.modulate(condition)[:, :, None, None].chunk(2, 1)
        h = torch.addcmul(shift, normalise(x), 1 + scale)
        h = self.second(silu(self.first(silu(h))))
        return self.shortcut(x) + h  # type: ignore[no-any-return]


class Attention(nn.Module):
    """Lets each position of a small feature map see all others."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = max(1, channels // HEAD)
        self.look = nn.Conv2d(channels, 3 * channels, 1)
        self.merge = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.merge.weight)
        nn.init.zeros_(self.merge.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        B, C, H, W = x.shape
        split = self.look(normalise(x)).view(B, 3, self.heads, C // self.heads, H * W)
        query, key, value = split.transpose(3, 4).unbind(1)
        seen = scaled_dot_product_attention(query, key, value).transpose(2, 3).reshape(B, C, H, W)
        return x + self.merge(seen)  # type: ignore[no-any-return]


class Stage(nn.Module):
    """A block, and attention where the feature map is small enough."""

    def __init__(self, inputs: int, outputs: int, *, condition: int, attends: bool) -> None:
        super().__init__()
        self.block = Block(inputs, outputs, condition=condition)
        self.attention = Attention(outputs) if attends else nn.Identity()

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return self.attention(self.block(x, condition))  # type: ignore[no-any-return]


class UNet(nn.Module):
    """Maps noisy pictures, times and labels to what the recipe predicts, in the shape of the pictures."""

    def __init__(
        self, *, side: int, channels: int, labels: int, width: int, depth: int = 2, levels: int = 2
    ) -> None:
        super().__init__()
        self.labels = labels
        condition = 4 * width
        widths = [width * 2**level for level in range(levels)]
        sides = [side // PATCH // 2**level for level in range(levels)]
        self.time = nn.Linear(2 * FREQUENCIES, condition)
        self.label = nn.Embedding(labels + 1, condition) if labels else None  # the last one is "no label"
        self.mix = nn.Linear(condition, condition)
        self.stem = nn.Conv2d(channels * PATCH**2, width, 3, padding=1)

        def stage(inputs: int, level: int) -> Stage:
            return Stage(
                inputs, widths[level], condition=condition, attends=sides[level] <= ATTENDED
            )

        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        skips, here = [width], width
        for level in range(levels):
            if level:
                self.down.append(nn.Conv2d(here, widths[level], 3, stride=2, padding=1))
                here = widths[level]
                skips.append(here)
            for _ in range(depth):
                self.down.append(stage(here, level))
                here = widths[level]
                skips.append(here)
        self.middle = stage(here, levels - 1)
        for level in reversed(range(levels)):
            for _ in range(depth + 1):
                self.up.append(stage(here + skips.pop(), level))
                here = widths[level]
            if level:
                self.up.append(nn.ConvTranspose2d(here, widths[level - 1], 2, stride=2))
                here = widths[level - 1]
        self.out = nn.Conv2d(width, channels * PATCH**2, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, time: Tensor, label: Tensor | None) -> Tensor:
        """Return the prediction, shape (B, C, H, W).

        Args:
            x: Noisy pictures, shape (B, C, H, W).
            time: How noisy each is, in [0, 1], shape (B,).
            label: Numbers of the labels, shape (B,), the number of labels standing for none; None where the network
                knows no labels.
        """
        condition = self.time(encode_time(time))
        if self.label is not None:
            if label is None:
                label = torch.full_like(time, self.labels, dtype=torch.long)
            condition = condition + self.label(label)
        condition = silu(self.mix(silu(condition)))
        h = self.stem(pixel_unshuffle(x, PATCH).contiguous(memory_format=torch.channels_last))
        skips = [h]
        for layer in self.down:
            h = layer(h, condition) if isinstance(layer, Stage) else layer(h)
            skips.append(h)
        h = self.middle(h, condition)
        for layer in self.up:
            h = layer(torch.cat([h, skips.pop()], 1), condition) if isinstance(layer, Stage) else layer(h)
        return pixel_shuffle(self.out(silu(normalise(h))), PATCH)
